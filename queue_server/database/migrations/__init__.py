"""Numbered migrations, applied in order and never edited once released."""

import importlib
import pkgutil

from sqlite_utils import Migrations

MIGRATIONS = Migrations("yichuang")

for _module in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
    _found = importlib.import_module(f"{__name__}.{_module.name}")
    MIGRATIONS(name=_module.name)(_found.apply)
