"""Denmark's calendar from the `holidays` library, without the other 250 countries.

`holidays.countries` imports every country it knows: 9 MB in each worker and a fifth of a second of the first page. An
empty package of the same name stands in for it while the one module is read, and is taken away again, so that
`holidays` itself works as ever.
"""

import importlib.util
import sys

PACKAGE = "holidays.countries"

if PACKAGE not in sys.modules:
    sys.modules[PACKAGE] = importlib.util.module_from_spec(importlib.util.find_spec(PACKAGE))
    from holidays.countries.denmark import Denmark

    del sys.modules[PACKAGE]
else:
    from holidays.countries import Denmark

__all__ = ["Denmark"]
