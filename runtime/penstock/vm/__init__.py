"""Stack machine: runs and judges scripts by the rules of either chain.

                 rules.RuleSet ------> setting.Setting ------> dialect.Dialect   (meaning of each byte)
                                                                     |
    script bytes ----------------------------------------> program.decode -----> Program
                                                                                    |
    verify.verify --> evaluation (legacy, P2SH, witness, taproot) ------------> machine.execute
                                                                                    |
    verdict.Verdict <---------------------------------------------------------------+

A script is decoded once for one dialect: constants, handlers, and the resolved jumps of IF, ELSE and ENDIF. The
machine has two drivers for the same program and the same handlers: `machine` runs stretches that cannot break a limit,
`metered` checks every limit at every opcode and can call a listener. Importing the package imports none of its modules.
"""
