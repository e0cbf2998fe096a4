"""The command line: the one composition root, and the doors that people and containers use.

``build`` ties settings and adapters together; every other module is a group of commands. Listings
write to standard output, everything else to standard error. Exit status (CONTRACT section 9):
0 done, 1 it failed, 2 usage or configuration, 3 it ran and found problems.
"""
