"""What can be wrong with what was given, as one tree.

    StatsError                      everything below; also a ValueError
    ├── BadInput                    what was given cannot be used as it is
    │   ├── UnknownColumn           the table has no column of this name
    │   ├── NotNumbers              a column that should hold numbers holds something else
    │   ├── WrongShape              columns of unequal length, no rows, a matrix that is not square
    │   ├── MissingValues           NaN or null where every value is needed
    │   ├── NotFinite               an infinite value
    │   ├── OutOfRange              a value outside what it can be: a correlation of 1.2, an n of -3
    │   ├── NoVariation             a column that is constant where it must vary
    │   ├── Collinear               columns that say the same thing
    │   ├── TooFew                  not enough rows, groups, waves or studies for what was asked
    │   ├── NotNested               a client that appears under two therapists
    │   └── Overlapping             samples that share people where independent ones are needed
    ├── NotIdentified               the model asks for more than the data can say
    ├── NotConverged                no optimum was found; the message says how far the search came
    └── MissingExtra                a package is needed that is not installed

Each message says what was wrong, where, and what to do:

    >>> raise MissingValues("wellbeing has no value in rows 4, 9 and 3 more. Leave those rows out …")
"""

from __future__ import annotations


class StatsError(ValueError):
    """Whatever `rapport.stats` refuses, and why."""


class BadInput(StatsError):
    """What was given cannot be used as it is."""


class UnknownColumn(BadInput):
    """The table has no column of this name."""


class NotNumbers(BadInput):
    """A column that should hold numbers holds something else."""


class WrongShape(BadInput):
    """Lengths or dimensions do not fit one another, or there are no rows."""


class MissingValues(BadInput):
    """A value is missing where every value is needed."""


class NotFinite(BadInput):
    """A value is infinite."""


class OutOfRange(BadInput):
    """A value lies outside what it can be."""


class NoVariation(BadInput):
    """What must vary is constant."""


class Collinear(BadInput):
    """One column is a combination of others."""


class TooFew(BadInput):
    """There are not enough rows, groups, waves or studies for what was asked."""


class NotNested(BadInput):
    """A group appears under two larger groups."""


class Overlapping(BadInput):
    """Samples share people where independent ones are needed."""


class NotIdentified(StatsError):
    """The model asks for more than the data can say."""


class NotConverged(StatsError):
    """No optimum was found."""


class MissingExtra(StatsError):
    """A package is needed that is not installed."""
