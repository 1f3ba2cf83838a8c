"""Multiplying by a known number where the target has no opcode for it: doubling and adding.

Code generation multiplies only when it computes where in an array to read; contracts that multiply are refused before.
"""

from penstock.script.numbers import decode_number
from penstock.script.opcodes import Op
from penstockc.codegen.instructions import Code, Instr
from penstockc.diagnostics import InternalError


def without_products(code: Code) -> Code:
    """Return the code with additions in place of every OP_MUL."""
    done: list[Instr] = []
    for instr in code:
        if instr.word is not Op.OP_MUL:
            done.append(instr)
            continue
        factor = done.pop().word
        if not isinstance(factor, bytes):
            raise InternalError(f"a product with {factor!r}")
        done += [Instr(word, instr.span) for word in times(decode_number(factor))]
    return tuple(done)


def times(factor: int) -> tuple[Op, ...]:
    """Return the words that multiply the number on top by a positive factor.

    From the second highest bit of the factor downwards: double, and add the number itself where the bit is set.
    """
    if factor & factor - 1 == 0:
        return (Op.OP_DUP, Op.OP_ADD) * (factor.bit_length() - 1)
    words: list[Op] = [Op.OP_DUP]
    for bit in f"{factor:b}"[1:]:
        words += [Op.OP_DUP, Op.OP_ADD]
        if bit == "1":
            words += [Op.OP_OVER, Op.OP_ADD]
    return (*words, Op.OP_NIP)
