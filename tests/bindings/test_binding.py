"""Bindings at work: in a project that is moved, changed or installed without its contracts; several in one draft."""

import shutil
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

import penstock
from penstock.bindings import BindingsError
from penstock.contract.errors import ArgumentError
from penstock.testing import Chain, key, refuses
from tests.support.compiling.generated_bindings import loaded, make_bindings, write

ALICE, BOB = key("alice"), key("bob")
LOCK = penstock.bundled("hash_lock_choice").read_text("utf-8")
OTHER = """contract Other {
    public function open(Sig sig, PubKey key) {
        require(checkSig(sig, key));
    }
}
"""
ASSEMBLY = """contract Secret {
    static function isRight(bytes secret) : bool {
        asm { OP_SHA256 $digest OP_EQUAL }
    }

    public function open(bytes secret) {
        require(isRight(secret));
    }
}
"""
SHAPES = """// Shapes for all.

// A point on the board.
struct Point {
    int x;
    int y;
}

// Keeps the best one.
library Best<T> {
    T best;
    int times;
}

contract Inner {
    int secret;
    public function open(int x) {
        require(x == this.secret);
    }
}
"""
GAME = """import "@shapes/all.scrypt";
type Place = Point;

contract First {
    public function f(int a) {
        require(a == 1);
    }
}

contract Game {
    static const int ROWS = 3;
    Inner inner;
    Best<Place> best;
    private int hidden;
    Place[ROWS][2] grid;

    public function play(Place place, Best<int>[2] rest) {
        require(place.x == this.best.best.x + this.grid[2][1].y);
        require(rest[1].times == this.inner.secret + this.hidden);
    }
}
"""
SECRET = b"open sesame"
DIGEST = sha256(SECRET).digest()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write(tmp_path, lock=LOCK, other=OTHER, secret=ASSEMBLY)
    monkeypatch.chdir(tmp_path)
    assert make_bindings("-o", "shop/made").exit_code == 0
    return tmp_path


def load(file: Path) -> Any:
    """Load a module, which a test only uses while its file is there."""
    with loaded(file) as module:
        return module


@pytest.fixture
def lock(project: Path) -> Any:
    return load(project / "shop/made/lock.py").HashLockChoice(ALICE, BOB, digest=DIGEST)


@pytest.mark.parametrize("form", ["bsv", "btc", "btc p2sh", "btc p2tr"])
def test_a_coin_is_funded_and_spent_in_each_form(lock: Any, form: str) -> None:
    target, _, wrap = form.partition(" ")
    chain = Chain(target)
    coin = lock.fund(chain, 1000, wrap=wrap or None, internal_key=BOB if wrap == "p2tr" else None)
    with refuses(signature="sig"):
        coin.unlock(BOB, SECRET).to(BOB, 600).send()
    assert coin.unlock(sig=ALICE, secret=SECRET).to(ALICE, 600).send()


def test_they_are_told_in_short(lock: Any) -> None:
    assert repr(lock) == f"HashLockChoice(key('alice'), key('bob'), {DIGEST!r})"
    assert repr(lock.fund(Chain(), 1000)) == "HashLockChoiceCoin(1000 satoshis)"


def test_several_calls_in_one_transaction(project: Path, lock: Any) -> None:
    chain = Chain()
    one, two = lock.fund(chain, 1000), lock.fund(chain, 2000)
    other = load(project / "shop/made/other.py").Other().fund(chain, 500)
    assert (one.value, other.untyped.value) == (1000, 500)
    draft = other.on(two.on(one.unlock(ALICE, SECRET)).unlock(BOB, b"")).open(BOB, BOB)
    sent = draft.to(lock.contract(), 3000).send()
    again = one.after(sent)
    assert (type(again), again.value) == (type(one), 3000)
    with pytest.raises(ArgumentError, match="output: expected an output with Other, got HashLockChoice"):
        other.after(sent)
    with pytest.raises(ArgumentError, match="one of 1 outputs"):
        one.after(sent, 1)
    assert again.unlock(ALICE, SECRET).to(ALICE, 2000).send()


def test_a_contract_without_a_chain_of_tests(lock: Any) -> None:
    contract = lock.contract()
    assert contract.artifact == lock.artifact() == penstock.compile_in_project("contracts/lock.scrypt")
    assert contract.values == {"payee": ALICE.public_key, "payer": BOB.public_key, "digest": DIGEST}
    assert lock.contract("btc").artifact.target == lock.artifact("btc").target == "btc"
    spend = penstock.Spend(contract, 1000)
    assert spend.verify("unlock", spend.sign(ALICE.private), SECRET)
    with pytest.raises(ArgumentError, match="digest: expected Sha256"):
        type(lock)(ALICE, BOB, b"").contract()


def test_a_project_may_be_moved(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    place = tmp_path_factory.mktemp("elsewhere") / "moved"
    shutil.copytree(project, place)
    shutil.rmtree(project / "contracts")
    moved = load(place / "shop/made/lock.py").HashLockChoice(ALICE, BOB, DIGEST)
    assert moved.fund(Chain(), 1000).unlock(BOB, b"").to(BOB, 900).send()


def test_without_the_contract_an_artifact_will_do(project: Path, lock: Any) -> None:
    artifact = penstock.Artifact.from_json(lock.artifact().to_json())
    (project / "contracts" / "lock.scrypt").unlink()
    by_hand = artifact.instantiate(ALICE.public_key, BOB.public_key, DIGEST)
    assert lock.contract(artifact).locking_script == by_hand.locking_script
    with pytest.raises(BindingsError, match=r"lock.scrypt, of which .*lock.py was made, is missing: ship the contract"):
        lock.fund(Chain(), 1000)


def test_code_may_change_and_an_interface_may_not(project: Path, lock: Any) -> None:
    file = project / "contracts" / "lock.scrypt"
    file.write_text(LOCK.replace("this.payee : this.payer", "this.payer : this.payee"))
    assert lock.fund(Chain(), 1000).unlock(BOB, SECRET).to(BOB, 900).send()
    for changed in (
        LOCK.replace("bytes secret", "bytes other").replace("sha256(secret)", "sha256(other)"),
        LOCK.replace("Sha256 digest", "bytes digest"),
        LOCK.replace("contract HashLockChoice", "contract Choice"),
    ):
        assert changed != LOCK
        file.write_text(changed)
        with pytest.raises(BindingsError, match="as it is now: run the command in its first lines again"):
            lock.contract(penstock.compile_source(changed))
        with pytest.raises(BindingsError, match=r"lock\.py is not made of the contract"):
            lock.contract()


def test_variables_of_assembly_have_values(project: Path) -> None:
    secret = load(project / "shop/made/secret.py").Secret()
    coin = secret.assembly({"Secret.isRight.digest": DIGEST}).fund(Chain(), 1000)
    with refuses("isRight(secret)"):
        coin.open(b"no").to(ALICE, 900).send()
    assert coin.open(SECRET).to(ALICE, 900).send()
    with pytest.raises(ArgumentError, match=r"Secret\.isRight\.digest"):
        secret.contract()


def test_types_of_other_files_and_a_contract_in_a_contract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, game=GAME)
    (tmp_path / "libraries").mkdir()
    (tmp_path / "libraries" / "all.scrypt").write_text(SHAPES)
    (tmp_path / "pyproject.toml").write_text('[tool.penstock.remappings]\n"@shapes" = "libraries"\n')
    monkeypatch.chdir(tmp_path)
    assert make_bindings("-o", "made").exit_code == 0
    game = load(tmp_path / "made/game.py")
    assert not hasattr(game, "First"), "a file has the bindings of its last contract"
    assert game.Point.__doc__.startswith("A point on the board.\n")
    assert game.BestPoint.__doc__.startswith("Keeps the best one.\n")
    assert game.Game.__doc__ == "The contract `Game`."
    rows = [[game.Point(0, 0), game.Point(0, row)] for row in range(3)]
    coin = game.Game(game.Inner(4), game.BestPoint(game.Point(1, 9), 1), hidden=5, grid=rows).fund(Chain(), 1000)
    rest = [game.BestInt(0, 0), game.BestInt(best=0, times=9)]
    with refuses("this.best.best.x + this.grid[2][1].y"):
        coin.play(game.Point(2, 3), rest).to(ALICE, 900).send()
    with refuses("this.inner.secret + this.hidden"):
        coin.play(game.Point(3, 3), rest[::-1]).to(ALICE, 900).send()
    assert coin.play(game.Point(3, 3), rest).to(ALICE, 900).send()
