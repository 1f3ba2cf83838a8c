"""Reasons for which a script fails: one row per reason.

The names are those of the nodes' test vectors, as in `Verdict.error`; the texts are for readers. `ScriptError` carries
a reason from inside the machine to the place that makes the verdict, and no further.
"""

from enum import Enum


class Reason(Enum):
    """A reason for a failure: its name in the vectors, and a text."""

    EVAL_FALSE = "the script ended with false, or with nothing, on top of the stack"
    OP_RETURN = "RETURN was executed"

    # Limits
    SCRIPT_SIZE = "the script is longer than allowed"
    PUSH_SIZE = "an item is longer than allowed"
    OP_COUNT = "there are more opcodes than allowed"
    STACK_SIZE = "the stacks hold more than allowed"
    SIG_COUNT = "the number of signatures is negative, or above the number of keys"
    PUBKEY_COUNT = "the number of public keys is negative, or above the limit"
    RESOURCE_LIMIT = "the script needs more time or memory than this machine's guard allows"

    # Verifying opcodes
    VERIFY = "VERIFY found false"
    EQUALVERIFY = "EQUALVERIFY found two different items"
    NUMEQUALVERIFY = "NUMEQUALVERIFY found two different numbers"
    CHECKSIGVERIFY = "the signature is not valid for the key and the signed data"
    CHECKMULTISIGVERIFY = "the signatures are not valid for the keys, in their order, and the signed data"

    # Form
    BAD_OPCODE = "an opcode has no meaning here, or a push runs past the end of the script"
    DISABLED_OPCODE = "the opcode is disabled"
    INVALID_STACK_OPERATION = "the stack has too few items for the opcode"
    INVALID_ALTSTACK_OPERATION = "the second stack is empty"
    UNBALANCED_CONDITIONAL = "IF, ELSE and ENDIF do not match, or (bsv) IF found an empty stack"
    OP_CODESEPARATOR = "CODESEPARATOR is not allowed in a script without witness"
    SIG_FINDANDDELETE = "the script contains the signature that it checks"

    # Numbers and bytes
    SCRIPTNUM = "a number is longer than allowed, or not in its shortest form"
    SCRIPTNUM_OVERFLOW = "a number is longer than allowed"
    SCRIPTNUM_MINENCODE = "a number is not in its shortest form"
    BIG_INT = "the number of bits to shift by is too large"
    INVALID_NUMBER_RANGE = "a number is out of the range that the opcode takes"
    IMPOSSIBLE_ENCODING = "the number does not fit the requested size"
    OPERAND_SIZE = "the operands differ in length"
    SPLIT_RANGE = "the split position is outside of the item"
    DIV_BY_ZERO = "division by zero"
    MOD_BY_ZERO = "remainder of a division by zero"

    # Lock times
    NEGATIVE_LOCKTIME = "a lock time is negative"
    UNSATISFIED_LOCKTIME = "the transaction does not wait for this lock time"

    # Signatures and keys
    SIG_DER = "the signature is not strict DER"
    SIG_HASHTYPE = "the signature's hash type is not defined"
    SIG_HIGH_S = "the S of the signature is above half the order of the curve"
    SIG_NULLDUMMY = "the surplus item of CHECKMULTISIG is not empty"
    SIG_PUSHONLY = "the unlocking script does more than push"
    PUBKEYTYPE = "the public key is neither 33 bytes from 02 or 03 nor 65 bytes from 04"
    NONCOMPRESSED_PUBKEY = "the public key is not compressed"
    NULLFAIL = "a signature that fails is not empty"
    ILLEGAL_FORKID = "the hash type has the bit 0x40, which is not allowed here"
    MISSING_FORKID = "the hash type lacks the bit 0x40"
    ILLEGAL_CHRONICLE = "the hash type has the bit 0x20, which is not allowed before Chronicle"

    # Policy
    MINIMALDATA = "a push is not in its shortest form"
    MINIMALIF = "IF or NOTIF found something other than the empty string and 01"
    CLEANSTACK = "other than one item was left at the end"
    DISCOURAGE_UPGRADABLE_NOPS = "a NOP was executed that may get a meaning one day"
    DISCOURAGE_UPGRADABLE_WITNESS_PROGRAM = "the witness program is of an unknown version or size"
    DISCOURAGE_UPGRADABLE_TAPROOT_VERSION = "the leaf is of an unknown version"
    DISCOURAGE_OP_SUCCESS = "the tapscript has an OP_SUCCESS"
    DISCOURAGE_UPGRADABLE_PUBKEYTYPE = "the public key is of an unknown type"
    INVALID_FLAGS = "these rules contradict one another"

    # Values
    VALUE_CREATED = "the scripts pass, but no block accepts the transaction: its outputs hold more than its inputs"

    # Witness
    WITNESS_PROGRAM_WRONG_LENGTH = "a witness program of version 0 has neither 20 nor 32 bytes"
    WITNESS_PROGRAM_WITNESS_EMPTY = "the witness is empty"
    WITNESS_PROGRAM_MISMATCH = "the witness does not fit the program"
    WITNESS_MALLEATED = "the unlocking script of a witness program is not empty"
    WITNESS_MALLEATED_P2SH = "the unlocking script does more than push the witness program"
    WITNESS_UNEXPECTED = "there is a witness where none is allowed"
    WITNESS_PUBKEYTYPE = "the public key in a witness script is not compressed"

    # Taproot
    SCHNORR_SIG_SIZE = "a Schnorr signature has neither 64 nor 65 bytes"
    SCHNORR_SIG_HASHTYPE = "the hash type of a Schnorr signature is not defined, or has no output to sign"
    SCHNORR_SIG = "the Schnorr signature is not valid for the key and the signed data"
    TAPROOT_WRONG_CONTROL_SIZE = "the control block is not 33 bytes and up to 128 times 32 more"
    TAPSCRIPT_VALIDATION_WEIGHT = "there are more signatures than the size of the witness allows"
    TAPSCRIPT_CHECKMULTISIG = "a tapscript has no CHECKMULTISIG"
    TAPSCRIPT_MINIMALIF = "IF or NOTIF in a tapscript found something other than the empty string and 01"
    TAPSCRIPT_EMPTY_PUBKEY = "the public key is empty"


class ScriptError(Exception):
    """A script has failed. Raised and caught inside the machine: callers get a verdict.

    Attributes:
        reason: the reason.
        opcode: index of the opcode that failed in its script; None if no opcode caused it. Set by the driver.
    """

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.name)
        self.reason = reason
        self.opcode: int | None = None
