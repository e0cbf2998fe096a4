"""The whole story, in a few short functions without libraries.

``judge`` makes a row a sealed letter or says why not; ``take`` puts rows in; ``files`` and
``mails`` do that for the drop folder and the decision mailbox; ``send`` hands letters to the mail
server; ``act`` is what a person does. A step returns True to go again at once, False to rest.
"""
