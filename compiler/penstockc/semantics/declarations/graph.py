"""Which definition uses which: what the main contract reaches, and rings."""

from collections.abc import Iterable, Iterator

from penstockc.semantics.typed import MemberKey


class Uses:
    """Edges between definitions (functions, constructors, statics, classes, aliases), in the order of their finding."""

    def __init__(self) -> None:
        self._edges = dict[MemberKey, dict[MemberKey, None]]()
        self._wanted = set[MemberKey]()
        self.wanted = list[MemberKey]()
        """All definitions that were ever wanted or used; more join while whoever walks the list checks them."""

    def want(self, key: MemberKey) -> None:
        """Note that a definition must be checked."""
        if key not in self._wanted:
            self._wanted.add(key)
            self.wanted.append(key)

    def add(self, user: MemberKey, used: MemberKey) -> None:
        """Note that `user` cannot do without `used`."""
        self._edges.setdefault(user, {})[used] = None
        self.want(used)

    def of(self, user: MemberKey) -> Iterable[MemberKey]:
        """What `user` uses directly."""
        return self._edges.get(user, {})

    def reached(self, roots: Iterable[MemberKey]) -> set[MemberKey]:
        """All definitions that the roots need, themselves included."""
        found, waiting = set[MemberKey](), list(roots)
        while waiting:
            key = waiting.pop()
            if key not in found:
                found.add(key)
                waiting.extend(self.of(key))
        return found

    def rings(self) -> Iterator[tuple[MemberKey, ...]]:
        """Every way round that a depth-first walk meets, first member repeated at the end; none without recursion."""
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
