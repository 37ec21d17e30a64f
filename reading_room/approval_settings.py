"""Read APPROVALS: for which kinds of decisions at the desk a second person is needed, and who."""

from typing import NamedTuple

# Kinds of decisions, as cables.models.Proposal has them.
KINDS = ("publish", "withhold", "redact", "lift", "correct", "merge", "erase", "case", "many")
EXAMPLE = "publish = Redactor; lift = Redactor > Auditor, cables.load_files"
APPROVALS_REMEDY = f"Write rules as in: {EXAMPLE}. Kinds: {', '.join(KINDS)}."


class ApprovalRule(NamedTuple):
    """Who must approve decisions of a kind, and who may propose them, by group or permission.

    A name with a dot is a permission, others are groups; one of them suffices. Without
    `proposers`, whoever could make the decision alone may propose it.
    """

    approvers: tuple[str, ...]
    proposers: tuple[str, ...] = ()


def parse_approvals(text: str) -> dict[str, ApprovalRule]:
    """Return {kind: rule} of "kind = approvers; kind = proposers > approvers".

    Raises ValueError with a sentence that says what is wrong.
    """
    rules: dict[str, ApprovalRule] = {}
    for part in filter(str.strip, text.split(";")):
        kind, sign, people = (each.strip() for each in part.partition("="))
        if kind not in KINDS:
            raise ValueError(f"{kind!r} is no kind of decision.")
        if kind in rules:
            raise ValueError(f"There are two rules for {kind}.")
        rules[kind] = _rule(kind, people if sign else "")
    return rules


def _rule(kind: str, people: str) -> ApprovalRule:
    sides = [tuple(map(str.strip, side.split(","))) for side in people.split(">")]
    if len(sides) > 2 or not all(name for side in sides for name in side):
        raise ValueError(f"The rule for {kind} does not say who approves.")
    *proposers, approvers = sides
    return ApprovalRule(approvers, *proposers)
