"""Which problems of decision mail are answered, so that two programs never talk for ever. Pure.

Mail that says it is automatic is never answered (RFC 3834 2), nor is unproved mail. What is left
is a program that answers our answers and does not say that it is one.
"""

#: Answers of this kind to one decider in 24 hours, and to one who answers our answers.
MOST_A_DAY, MOST_IN_TURN = 50, 5


def may_answer(answered: int, *, talks_back: bool) -> bool:
    """Is a problem answered? ``answered`` were, of this decider's, in the last 24 hours.

    ``talks_back`` says that the mail answers one of ours and holds nothing to act on.
    """
    return answered < (MOST_IN_TURN if talks_back else MOST_A_DAY)
