"""Every construct of the language becomes the node that it is."""

import pytest

from penstockc.syntax.text import tree_text
from tests.support.compiling.sources import expression, statement, tree

EXPRESSIONS = {
    "42": "(IntLiteral 42)",
    "0x1F": "(IntLiteral 31)",
    "007": "(IntLiteral 7)",
    "true": "(BoolLiteral True)",
    "b''": "(BytesLiteral '')",
    "b'00fF'": "(BytesLiteral '00ff')",
    '"a // b\'"': "(StringLiteral a // b')",
    "x": "(Name x)",
    "len": "(Name len)",
    "default": "(Name default)",
    "this": "(This)",
    "((x))": "(Name x)",
    "-x": "(Unary - (Name x))",
    "!~x": "(Unary ! (Unary ~ (Name x)))",
    "- -1": "(Unary - (Unary - (IntLiteral 1)))",
    "x + 1": "(Binary (Name x) + (IntLiteral 1))",
    "a ? b : c": "(Conditional (Name a) (Name b) (Name c))",
    "a ? b : c ? d : e": "(Conditional (Name a) (Name b) (Conditional (Name c) (Name d) (Name e)))",
    "a ? b ? c : d : e": "(Conditional (Name a) (Conditional (Name b) (Name c) (Name d)) (Name e))",
    "++x": "(Increment (Name x) 1 True)",
    "x--": "(Increment (Name x) -1 False)",
    "-x++": "(Unary - (Increment (Name x) 1 False))",
    "this.n": "(Member (This) n)",
    "a.b.c": "(Member (Member (Name a) b) c)",
    "a[1]": "(Index (Name a) (IntLiteral 1))",
    "a[1][i + 1]": "(Index (Index (Name a) (IntLiteral 1)) (Binary (Name i) + (IntLiteral 1)))",
    "b[1:2]": "(Slice (Name b) (IntLiteral 1) (IntLiteral 2))",
    "b[:n]": "(Slice (Name b) - (Name n))",
    "b[n:]": "(Slice (Name b) (Name n) -)",
    "b[:]": "(Slice (Name b) - -)",
    "b[x ? 1 : 2 : 3]": "(Slice (Name b) (Conditional (Name x) (IntLiteral 1) (IntLiteral 2)) (IntLiteral 3))",
    "f()": "(Call f [] [])",
    "f(1, x)": "(Call f [] [(IntLiteral 1) (Name x)])",
    "int(x)": "(Call int [] [(Name x)])",
    "o.m()": "(MethodCall (Name o) m [])",
    "this.m(1).n": "(Member (MethodCall (This) m [(IntLiteral 1)]) n)",
    "f()[0].g(x)": "(MethodCall (Index (Call f [] []) (IntLiteral 0)) g [(Name x)])",
    "new L(1)": "(New (NamedType L []) [(IntLiteral 1)])",
    "new M<int, L<bytes>>(x).get()": (
        "(MethodCall (New (NamedType M [(NamedType int []) (NamedType L [(NamedType bytes [])])]) [(Name x)]) get [])"
    ),
    "(new L()).get()": "(MethodCall (New (NamedType L []) []) get [])",
    "M<int>.f(1)": "(MethodCall (GenericName (NamedType M [(NamedType int [])])) f [(IntLiteral 1)])",
    "[1, x]": "(ArrayLiteral [(IntLiteral 1) (Name x)])",
    "[[1], [2]]": "(ArrayLiteral [(ArrayLiteral [(IntLiteral 1)]) (ArrayLiteral [(IntLiteral 2)])])",
    "p == {1, {x}}": "(Binary (Name p) == (StructLiteral [(IntLiteral 1) (StructLiteral [(Name x)])]))",
    "f({})": "(Call f [] [(StructLiteral [])])",
    "a < b": "(Binary (Name a) < (Name b))",
    "a < b && c > d": "(Binary (Binary (Name a) < (Name b)) && (Binary (Name c) > (Name d)))",
    "a<b": "(Binary (Name a) < (Name b))",
    "f(a < b, c)": "(Call f [] [(Binary (Name a) < (Name b)) (Name c)])",
    "a << 8 > b": "(Binary (Binary (Name a) << (IntLiteral 8)) > (Name b))",
    "a << 1 >> b": "(Binary (Binary (Name a) << (IntLiteral 1)) >> (Name b))",
    "a < b >> c": "(Binary (Name a) < (Binary (Name b) >> (Name c)))",
    "f(a < b, c > d)": "(Call f [] [(Binary (Name a) < (Name b)) (Binary (Name c) > (Name d))])",
    "[a < b, c > d]": "(ArrayLiteral [(Binary (Name a) < (Name b)) (Binary (Name c) > (Name d))])",
    "p == {a < b, c > d}": (
        "(Binary (Name p) == (StructLiteral [(Binary (Name a) < (Name b)) (Binary (Name c) > (Name d))]))"
    ),
    "a < b ? c > d ? 1 : 2 : 3": (
        "(Conditional (Binary (Name a) < (Name b))"
        " (Conditional (Binary (Name c) > (Name d)) (IntLiteral 1) (IntLiteral 2)) (IntLiteral 3))"
    ),
    "a >> b >= c": "(Binary (Binary (Name a) >> (Name b)) >= (Name c))",
    "a * /* two */ b // three\n": "(Binary (Name a) * (Name b))",
    "a /**/ * b": "(Binary (Name a) * (Name b))",
}

STATEMENTS = {
    "{ }": "(Block [])",
    "int x = 1;": "(Declare False (NamedType int []) x (IntLiteral 1))",
    "const bytes x = b'';": "(Declare True (NamedType bytes []) x (BytesLiteral ''))",
    "auto x = 1;": "(Declare False - x (IntLiteral 1))",
    "L len = x;": "(Declare False (NamedType L []) len (Name x))",
    "int[2] x = y;": "(Declare False (SizedType (NamedType int []) (IntLiteral 2)) x (Name y))",
    "int[] x = y;": "(Declare False (SizedType (NamedType int []) -) x (Name y))",
    "int[2][N] x = y;": (
        "(Declare False (SizedType (SizedType (NamedType int []) (Name N)) (IntLiteral 2)) x (Name y))"
    ),
    "M<int, bytes>[3] x = y;": (
        "(Declare False (SizedType (NamedType M [(NamedType int []) (NamedType bytes [])]) (IntLiteral 3)) x (Name y))"
    ),
    "M<int[2], L<B> > x = y;": (
        "(Declare False (NamedType M [(SizedType (NamedType int []) (IntLiteral 2))"
        " (NamedType L [(NamedType B [])])]) x (Name y))"
    ),
    "x = 1;": "(Assign (Name x) - (IntLiteral 1))",
    "this.a.b = 1;": "(Assign (Member (Member (This) a) b) - (IntLiteral 1))",
    "a[3] = 1;": "(Assign (Index (Name a) (IntLiteral 3)) - (IntLiteral 1))",
    "x <<= 2;": "(Assign (Name x) << (IntLiteral 2))",
    "x |= y;": "(Assign (Name x) | (Name y))",
    "require(x);": "(Require (Name x))",
    "exit(true);": "(Exit (BoolLiteral True))",
    "if (a) x = 1;": "(If (Name a) (Assign (Name x) - (IntLiteral 1)) -)",
    "if (a) { } else { }": "(If (Name a) (Block []) (Block []))",
    "if (a) if (b) x = 1; else x = 2;": (
        "(If (Name a) (If (Name b) (Assign (Name x) - (IntLiteral 1)) (Assign (Name x) - (IntLiteral 2))) -)"
    ),
    "loop (3) x++;": "(Loop (IntLiteral 3) - (ExpressionStatement (Increment (Name x) 1 False)))",
    "loop (N - 1) : i { }": "(Loop (Binary (Name N) - (IntLiteral 1)) i (Block []))",
    "return;": "(Return -)",
    "return x;": "(Return (Name x))",
    "***": "(CodeSeparator)",
    "*****": "(CodeSeparator)",
    "f(x);": "(ExpressionStatement (Call f [] [(Name x)]))",
    "--x;": "(ExpressionStatement (Increment (Name x) -1 True))",
    "asm { OP_DUP 0a $v \"hi\" b'ff' }": (
        "(Asm [(AsmWord OP_DUP) (AsmWord 0a) (AsmVariable v) (AsmData '6869') (AsmData 'ff')])"
    ),
    "asm{loop(N):i{i op_drop}}": "(Asm [(AsmLoop N i [(AsmWord i) (AsmWord op_drop)])])",
    "asm { loop (3) { if } }": "(Asm [(AsmLoop 3 - [(AsmWord if)])])",
}

FILES = {
    "": "(Module [])",
    "\ufeff\u00a0 // nothing\n/* at all */": "(Module [])",
    "/****** a frame ******/": "(Module [])",
    'import "a.scrypt";': "(Module [(Import a.scrypt)])",
    'import " lib/a.scrypt";': "(Module [(Import  lib/a.scrypt)])",
    "type A = int[2];": "(Module [(Alias A (SizedType (NamedType int []) (IntLiteral 2)))])",
    "type A = P<int, B>;": "(Module [(Alias A (NamedType P [(NamedType int []) (NamedType B [])]))])",
    "struct P { int x; bytes[2] len; }": (
        "(Module [(Struct P [] [(StructField (NamedType int []) x)"
        " (StructField (SizedType (NamedType bytes []) (IntLiteral 2)) len)])])"
    ),
    "struct P<T, K> { T a; }": "(Module [(Struct P [T K] [(StructField (NamedType T []) a)])])",
    "library L { }": "(Module [(Class False L [] [])])",
    "library L<T> { T t; }": "(Module [(Class False L [T] [(Property - (NamedType T []) t -)])])",
    "contract C { @state private int x; }": (
        "(Module [(Class True C [] [(Property @state private (NamedType int []) x -)])])"
    ),
    "contract C { const static auto N = 3; }": (
        "(Module [(Class True C [] [(Property const static - N (IntLiteral 3))])])"
    ),
    "contract C { constructor(int x) { } }": (
        "(Module [(Class True C [] [(Constructor - [(Parameter - (NamedType int []) x)] (Block []))])])"
    ),
    "contract C { static private function and(static const int N, const int[N] x) : int[N] { } }": (
        "(Module [(Class True C [] [(Function private static and []"
        " [(Parameter const static (NamedType int []) N)"
        " (Parameter const (SizedType (NamedType int []) (Name N)) x)]"
        " (SizedType (NamedType int []) (Name N)) (Block []))])])"
    ),
    "contract C { default function data() : M<int> { } }": (
        "(Module [(Class True C [] [(Function default data [] [] (NamedType M [(NamedType int [])]) (Block []))])])"
    ),
}


@pytest.mark.parametrize(("text", "expected"), EXPRESSIONS.items())
def test_expressions(text: str, expected: str) -> None:
    assert tree_text(expression(text)) == expected


@pytest.mark.parametrize(("text", "expected"), STATEMENTS.items())
def test_statements(text: str, expected: str) -> None:
    assert tree_text(statement(text)) == expected


@pytest.mark.parametrize(("text", "expected"), FILES.items())
def test_files(text: str, expected: str) -> None:
    assert tree_text(tree(text)) == expected


def test_white_space_only_separates() -> None:
    spread = "x\r\n=\t1\n+\u00a0y\f[\n0 : len (\ny)]\r\n;"
    assert tree_text(statement(spread)) == tree_text(statement("x=1+y[0:len(y)];"))
