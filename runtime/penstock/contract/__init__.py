"""Contracts: what the compiler made, filled with values, called, and judged in a transaction.

The way through, each step a frozen value made from the one before it:

    Artifact --instantiate(values)--> Contract --call(name, arguments)--> Call
                                          |                                 |
                                          +-------> Spend --verify(..)------+--> Verdict

| module        | its one job                                                             |
|---------------|-------------------------------------------------------------------------|
| `artifact`    | the value that compiling gives, and its JSON                            |
| `basic_types` | the basic types: kind on the stack, lengths                             |
| `json_reader` | reading JSON that may be damaged, with the path of every complaint      |
| `sourcemap`   | which source line an opcode came from (source map version 3)            |
| `template`    | script bytes with `<name>` placeholders: fill, match, show as assembler |
| `shape`       | types of parameters, taken apart into stack items                       |
| `abi`         | arguments against parameters: what each type takes, and what is refused |
| `instantiate` | values into placeholders, and placeholders back into values             |
| `contract`    | an artifact with its values: locking scripts                            |
| `call`        | a public function with its arguments: unlocking script, witness         |
| `spend`       | the transaction around one contract output: sign, verify                |
| `bundled`     | the contracts that come with Penstock, by name                          |
| `errors`      | what can be wrong with artifacts and arguments                          |

The package itself imports nothing, so that start-up pays only for what is used.
"""
