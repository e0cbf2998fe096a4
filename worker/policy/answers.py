"""Which problems of decision mail are answered, so that two programs never talk for ever. Pure.

Mail that says it is automatic is never answered (RFC 3834 2), nor is unproved mail. What is left
is a program that answers our answers and does not say that it is one.
"""

#: Answers of this kind to one decider in 24 hours.
MOST_A_DAY = 50


def may_answer(answered: int, *, talks_back: bool) -> bool:
    """Is a problem answered? ``answered`` were, of this decider's, in the last 24 hours.

    ``talks_back`` says that the mail answers one of ours and holds nothing to act on: its sender
    was told how a decision mail looks, and is told again the next day.
    """
    return answered < (1 if talks_back else MOST_A_DAY)
