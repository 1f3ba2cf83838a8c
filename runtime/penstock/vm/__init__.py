"""The stack machine: it runs scripts and judges them, by the rules of either chain.

                 rules.RuleSet ------> setting.Setting ------> dialect.Dialect   (what each byte means)
                                                                     |
    script bytes ----------------------------------------> program.decode -----> Program
                                                                                    |
    verify.verify --> evaluation (legacy, P2SH, witness, taproot) ------------> machine.execute
                                                                                    |
    verdict.Verdict <---------------------------------------------------------------+

A script is decoded once, for one dialect: constants, handlers, and the jumps of IF, ELSE and ENDIF resolved. The
machine has two drivers over the same program and the same handlers: `machine` runs stretches that can break no limit,
`metered` checks every limit at every opcode and can be listened to. Importing the package imports nothing.
"""
