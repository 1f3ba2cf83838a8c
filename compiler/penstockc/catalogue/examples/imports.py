"""Examples of errors in imports."""

from typing import Final

from penstockc.catalogue.example import Example
from penstockc.errors import imports
from penstockc.habits.rows import SourceLevel

_FEES: Final = "library Fees { static const int LEAST = 500; }"

_USER: Final = "contract Sample {\n    public function open(int x) {\n        require(x > 500);\n    }\n}"

IMPORTS: Final = (
    Example(
        imports.ImportNotFound,
        f'import "fee.scrypt";\n{_USER}',
        f'import "fees.scrypt";\n{_USER}',
        place=SourceLevel.FILE,
        imports={"fees.scrypt": _FEES},
    ),
    Example(
        imports.ImportUnreadable,
        f'import "picture.png";\n{_USER}',
        f'import "fees.scrypt";\n{_USER}',
        place=SourceLevel.FILE,
        imports={"picture.png": b"\x89PNG", "fees.scrypt": _FEES},
    ),
    Example(
        imports.ImportCycle,
        f'import "ring.scrypt"; // which imports sample.scrypt\n{_USER}',
        f'import "fees.scrypt";\n{_USER}',
        place=SourceLevel.FILE,
        imports={"ring.scrypt": 'import "sample.scrypt";', "fees.scrypt": _FEES},
    ),
)
