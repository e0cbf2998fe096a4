"""Access tokens for logging in to mail servers by OAuth2 (RFC 6749), and how they are shared.

For the composition root, which asks one of ``microsoft``, ``google`` and ``custom`` for a grant
and keeps it in ``Tokens``. The only owner of msal, google-auth and requests; importing them takes
half a second, so those three modules are imported only where their provider is set.

What can go wrong: ``SessionError`` of stage auth, with what the endpoint said and how to mend it;
lasting where asking again can't help. No token and no secret is in its text, in a ``repr`` or in
the log.
"""

from worker.oauth.tokens import Grant, Token, Tokens

__all__ = ["Grant", "Token", "Tokens"]
