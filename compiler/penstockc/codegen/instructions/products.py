"""Replacements for opcodes that code generation itself uses, on targets that lack them.

It multiplies by a known number to compute the depth of an array element (replaced by doubling and adding), and makes
numbers canonical (replaced by adding zero). Contracts that use these opcodes themselves are refused before.
"""

from collections.abc import Set as AbstractSet

from penstock.script.numbers import decode_number
from penstock.script.opcodes import Op
from penstockc.codegen.instructions.instruction import Code, Instr, Words
from penstockc.diagnostics import InternalError


def without_missing(code: Code, missing: AbstractSet[Op]) -> Code:
    """Return the code with the target's replacements of OP_MUL and OP_BIN2NUM."""
    if Op.OP_MUL in missing:
        code = without_products(code)
    return without_normalization(code) if Op.OP_BIN2NUM in missing else code


def without_normalization(code: Code) -> Code:
    """Return the code with OP_0 OP_ADD instead of every OP_BIN2NUM."""
    adding: Words = (b"", Op.OP_ADD)
    words = ((adding if instr.word is Op.OP_BIN2NUM else (instr.word,), instr) for instr in code)
    return tuple(instr._replace(word=word) for written, instr in words for word in written)


def without_products(code: Code) -> Code:
    """Return the code with additions instead of every OP_MUL."""
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
