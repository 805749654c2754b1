"""Putting changed code into functions that live already, wherever they are held."""

from __future__ import annotations

import functools
import gc
import sys
from collections import defaultdict
from collections.abc import Iterator
from types import CodeType, FunctionType, ModuleType

Named = tuple[str, int]
"""A function's qualified name and the first line of its code."""


class Living:
    """The functions of one file that live in this process, and every cache of results."""

    def __init__(self, path: str) -> None:
        gc.unfreeze()  # what is frozen is not listed
        self._functions: dict[Named, list[FunctionType]] = defaultdict(list)
        self._caches: list[functools._lru_cache_wrapper[object]] = []
        for one in gc.get_objects():
            if type(one) is FunctionType and one.__code__.co_filename == path:
                self._functions[_named(one.__code__)].append(one)
            elif type(one) is functools._lru_cache_wrapper:
                self._caches.append(one)

    def forget(self) -> None:
        """Empty every cache: what was computed before a change would hide it."""
        for cache in self._caches:
            cache.cache_clear()

    def swap(self, module: CodeType, body: int) -> bool:
        """Give the functions in one outermost function's body the code of a changed module.

        False if they do not live here, or cannot all be told apart.
        """
        codes = list(_all_codes(_outermost(module, body)))
        names = [_named(code) for code in codes]
        swapped = False
        for name, code in zip(names, codes, strict=True):
            for function in self._functions.get(name, ()):
                if names.count(name) > 1 or not _fits(function, code):
                    return False
                function.__code__ = code
                swapped = True
        self.forget()
        return swapped

    def assign(self, constants: CodeType) -> None:
        """Give every module that knows a changed constant the new one, by its name.

        Raises whatever the assignments raise.
        """
        path = constants.co_filename
        module = next(one for one in _modules() if getattr(one, "__file__", None) == path)
        known = dict(vars(module))
        exec(constants, known)
        for name, value in known.items():
            before = vars(module).get(name)
            if value is not before and value != before:
                for one in _modules():
                    if vars(one).get(name, self) is before:
                        vars(one)[name] = value
        self.forget()


def _modules() -> list[ModuleType]:
    return list(sys.modules.values())


def _named(code: CodeType) -> Named:
    return code.co_qualname, code.co_firstlineno


def _fits(function: FunctionType, code: CodeType) -> bool:
    return len(function.__code__.co_freevars) == len(code.co_freevars)


def _outermost(module: CodeType, body: int) -> CodeType:
    for code in _all_codes(module):
        if code.co_firstlineno == body and not code.co_qualname.endswith("<lambda>"):
            return code
    raise LookupError(f"no function begins at line {body} of {module.co_filename}")


def _all_codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _all_codes(constant)
