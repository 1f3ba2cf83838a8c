"""Uses of definitions by definitions: what the main contract reaches, and rings."""

from collections.abc import Iterable, Iterator

from penstockc.semantics.typed import MemberKey


class Uses:
    """Edges between definitions (functions, constructors, statics, classes, aliases), in the order they are found."""

    def __init__(self) -> None:
        self._edges = dict[MemberKey, dict[MemberKey, None]]()
        self._wanted = set[MemberKey]()
        self.wanted = list[MemberKey]()
        """All definitions that were requested or used; the list grows while a caller walks it and checks them."""

    def want(self, key: MemberKey) -> None:
        """Request the check of a definition."""
        if key not in self._wanted:
            self._wanted.add(key)
            self.wanted.append(key)

    def add(self, user: MemberKey, used: MemberKey) -> None:
        """Note that `user` requires `used`."""
        self._edges.setdefault(user, {})[used] = None
        self.want(used)

    def of(self, user: MemberKey) -> Iterable[MemberKey]:
        """Return the definitions that `user` uses directly."""
        return self._edges.get(user, {})

    def reached(self, roots: Iterable[MemberKey]) -> set[MemberKey]:
        """Return all definitions that the roots need, themselves included."""
        found, waiting = set[MemberKey](), list(roots)
        while waiting:
            key = waiting.pop()
            if key not in found:
                found.add(key)
                waiting.extend(self.of(key))
        return found

    def rings(self) -> Iterator[tuple[MemberKey, ...]]:
        """Yield every ring that a depth-first walk meets, first member repeated at the end; none without recursion."""
        finished = set[MemberKey]()
        for root in list(self._edges):
            if root in finished:
                continue
            path, pending = [root], [iter(self.of(root))]
            while path:
                for used in pending[-1]:
                    if used in path:
                        yield (*path[path.index(used) :], used)
                    elif used not in finished:
                        path.append(used)
                        pending.append(iter(self.of(used)))
                        break
                else:
                    finished.add(path.pop())
                    pending.pop()
