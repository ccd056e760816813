"""Residual structures against a dense covariance matrix written out element by element."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rapport.stats import errors
from rapport.stats.mixed.residuals import Autoregressive, ByRole, Dyadic, Independent
from rapport.stats.mixed.residuals.moments import WeightedMoments
from rapport.stats.tables import read_groups

Table = dict[str, Any]


def dyads(seed: int = 4, *, clients: int = 9, missing: float = 0.25, whole_numbers: bool = True) -> Table:
    """Sessions of clients rated by two, some missed by one or both, rows shuffled; the last client has one row."""
    rng = np.random.default_rng(seed)
    rows = []
    for client in range(clients):
        times = np.arange(1, 8) if whole_numbers else np.round(np.cumsum(rng.exponential(2, 7)), 3)
        for time in times if client < clients - 1 else times[:1]:
            for role in ("client", "therapist") if client < clients - 1 else ("client",):
                if client == clients - 1 or rng.random() > missing:
                    rows.append((f"c{client}", float(time), role, *rng.normal(size=3)))
    rng.shuffle(rows)
    names = ("client", "session", "role", "a", "b", "y")
    return {name: [row[i] for row in rows] for i, name in enumerate(names)}


def dense(table: Table, structure: Any, parameters: np.ndarray) -> np.ndarray:
    """R of all rows, element by element from the definition."""
    given = list(parameters)
    by_role = isinstance(structure, ByRole) or getattr(structure, "variances", "") == "by role"
    ratio = np.exp(given.pop(0)) if by_role else 1.0
    r = np.tanh(given.pop(0)) if getattr(structure, "correlated", False) else 0.0
    autoregressive = isinstance(structure, Autoregressive) or getattr(structure, "autoregressive", False)
    arranged = structure.arrange(table, len(next(iter(table.values())))).covariance
    last = given.pop(0) if autoregressive else 0.0
    rho = np.tanh(last) if arranged.signed else np.exp(-np.exp(-last))
    n = len(table["y"])
    matrix = np.eye(n)
    for i in range(n):
        for j in range(n):
            roles = table["role"][i], table["role"][j]
            if isinstance(structure, Autoregressive):
                roles = ("", "")
            spread = np.prod([ratio if role == "therapist" else 1.0 for role in roles])
            steps = abs(table["session"][i] - table["session"][j]) / arranged.step
            over = rho ** round(steps) if arranged.signed else rho**steps
            if not autoregressive:
                over = float(steps == 0)
            together = table["client"][i] == table["client"][j]
            across = (1.0 if roles[0] == roles[1] else r) if not isinstance(structure, ByRole) else float(i == j)
            matrix[i, j] = spread * over * across * together if i != j else spread
    return matrix


def columns(table: Table) -> np.ndarray:
    return np.column_stack([np.ones(len(table["y"])), table["a"], table["b"], table["y"]])


STRUCTURES = [
    (ByRole("role"), [0.4]),
    (Dyadic("role", "session"), [-0.5, 0.6]),
    (Dyadic("role", "session", variances="equal"), [-0.3]),
    (Dyadic("role", "session", correlated=False), [0.3]),
    (Dyadic("role", "session", autoregressive=True), [0.4, 0.5, 0.7]),
    (Dyadic("role", "session", autoregressive=True), [0.4, -0.5, -0.7]),
    (Dyadic("role", "session", variances="equal", autoregressive=True), [0.5, 0.7]),
    (Dyadic("role", "session", correlated=False, autoregressive=True), [0.4, -0.6]),
]
ONE_ROLE = [(Autoregressive("session"), [0.6]), (Autoregressive("session"), [-0.6]), (Autoregressive("session"), [0.0])]


def only_clients(table: Table) -> Table:
    keep = [i for i, role in enumerate(table["role"]) if role == "client"]
    return {name: [column[i] for i in keep] for name, column in table.items()}


@pytest.mark.parametrize("whole_numbers", [True, False], ids=["numbered", "timed"])
@pytest.mark.parametrize("missing", [0.0, 0.25, 0.7], ids=["complete", "some missed", "most missed"])
@pytest.mark.parametrize(("structure", "parameters"), STRUCTURES + ONE_ROLE)
def test_weighted_moments_and_their_gradient_are_those_of_the_dense_matrix(
    structure: Any, parameters: list[float], missing: float, whole_numbers: bool
) -> None:
    table = dyads(missing=missing, whole_numbers=whole_numbers)
    if isinstance(structure, Autoregressive):
        table = only_clients(table)
    point = np.array(parameters)
    arranged = structure.arrange(table, len(next(iter(table.values()))))
    client = read_groups(table, "client")
    rows = columns(table)
    moments = WeightedMoments(arranged.covariance, arranged.segments, rows, client.codes, client.count)

    found, log_determinant = moments.evaluate(point)

    matrix = dense(table, structure, point)
    inverse = np.linalg.inv(matrix)
    for code in range(client.count):
        at = np.flatnonzero(client.codes == code)
        expected = rows[at].T @ inverse[np.ix_(at, at)] @ rows[at]
        assert found[code] == pytest.approx(expected[np.triu_indices(4)], abs=1e-9, rel=1e-9)
        assert log_determinant[code] == pytest.approx(np.linalg.slogdet(matrix[np.ix_(at, at)])[1], abs=1e-10)

    rng = np.random.default_rng(0)
    pulled = rng.normal(size=(client.count, 4, 4))
    pulled = pulled + pulled.transpose(0, 2, 1)
    on_upper = np.triu(pulled) + np.tril(pulled, -1).transpose(0, 2, 1)
    weights = rng.normal(size=client.count)

    def value(at: np.ndarray) -> float:
        sums, logs = moments.evaluate(at)
        return float((on_upper[:, *np.triu_indices(4)] * sums).sum() + weights @ logs)

    steps = np.eye(len(point)) * 1e-5
    differences = [(value(point + step) - value(point - step)) / 2e-5 for step in steps]
    assert moments.pull(moments.weigh(point), pulled, weights) == pytest.approx(differences, rel=1e-6, abs=1e-6)


def test_a_client_seen_by_one_role_only_costs_no_more_than_two_sessions_at_a_time() -> None:
    table = {
        "client": ["a"] * 300 + ["b", "b"],
        "session": [*range(300), 1, 1],
        "role": ["client"] * 301 + ["therapist"],
        "y": list(range(302)),
    }
    arranged = Dyadic("role", "session", autoregressive=True).arrange(table, 302)
    assert max(part.rows.shape[1] for part in arranged.segments) == 2


def test_independent_residuals_have_no_parameters() -> None:
    assert Independent().arrange({}, 0).covariance.names == ()


def test_the_parameters_are_named_in_the_words_of_the_table() -> None:
    arranged = Dyadic("role", "session", autoregressive=True).arrange(dyads(), len(dyads()["y"]))
    assert arranged.covariance.names == ("log SD ratio, therapist to client", "atanh r", "atanh φ")


def refused(structure: Any, table: Table, error: type[Exception]) -> str:
    with pytest.raises(error) as caught:
        structure.arrange(table, len(next(iter(table.values()))))
    assert type(caught.value) is error
    return str(caught.value)


def test_one_role_is_refused() -> None:
    table = only_clients(dyads())
    expected = (
        "role is client in every row; residuals by role need two roles. Give the rows of the other role too, or "
        "leave the structure out."
    )
    assert refused(ByRole("role"), table, errors.TooFew) == expected
    assert refused(Dyadic("role", "session"), table, errors.TooFew) == expected


def test_three_roles_are_refused_for_a_dyad_and_taken_by_role() -> None:
    table = {"client": [1, 1, 1], "session": [1, 1, 1], "role": ["client", "observer", "therapist"], "y": [1, 2, 3]}
    assert refused(Dyadic("role", "session"), table, errors.OutOfRange) == (
        "role has 3 values (client, observer, therapist); a dyad has two. Keep the rows of two roles, or use ByRole."
    )
    assert ByRole("role").arrange(table, 3).covariance.n_parameters == 2


def test_a_role_twice_in_one_session_is_refused_with_its_rows() -> None:
    table = {
        "client": ["Ann", "Ann", "Bob", "Ann"],
        "session": [1, 1, 1, 1],
        "role": ["client", "therapist", "client", "client"],
    }
    assert refused(Dyadic("role", "session"), table, errors.BadInput) == (
        "client Ann has two rows of client in one session (rows 1 and 4). Leave one of them out, or number the "
        "sessions apart."
    )
    assert refused(Autoregressive("session"), table, errors.BadInput).endswith("For two roles in a session use Dyadic.")


def test_sessions_in_words_are_refused_only_where_distances_count() -> None:
    table = {"client": [1, 1], "session": ["first", "first"], "role": ["client", "therapist"], "y": [1, 2]}
    assert refused(Dyadic("role", "session", autoregressive=True), table, errors.NotNumbers).startswith("session must")
    assert Dyadic("role", "session").arrange(table, 2).covariance.correlated


def test_one_session_per_client_cannot_tell_a_correlation_over_sessions() -> None:
    table = {"client": [1, 1, 2, 2], "session": [1, 1, 2, 2], "role": ["client", "therapist"] * 2}
    assert refused(Dyadic("role", "session", autoregressive=True), table, errors.NotIdentified) == (
        "No client has two different values of session, so that a correlation over sessions cannot be told. "
        "Leave autoregression out."
    )


def test_roles_that_never_meet_cannot_tell_their_correlation() -> None:
    table = {"client": [1, 1, 2, 2], "session": [1, 2, 1, 2], "role": ["client", "therapist"] * 2}
    assert refused(Dyadic("role", "session"), table, errors.NotIdentified) == (
        "No session of a client has both client and therapist, so that their correlation cannot be told. Use ByRole, "
        "or Dyadic with correlated=False."
    )


def test_variances_that_are_no_choice_are_refused() -> None:
    assert refused(Dyadic("role", "session", variances="same"), dyads(), errors.OutOfRange) == (
        "variances is 'same'; it must be 'by role' or 'equal'."
    )


def test_a_missing_role_or_session_is_refused() -> None:
    table = dyads() | {"role": [None] * len(dyads()["y"])}
    assert "role has no value in rows 1, 2, 3 and" in refused(Dyadic("role", "session"), table, errors.MissingValues)
    table = dyads() | {"session": [float("nan"), *dyads()["session"][1:]]}
    told = refused(Dyadic("role", "session", autoregressive=True), table, errors.MissingValues)
    assert told.startswith("session has no value in row 1.")
