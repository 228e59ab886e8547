"""The outbox: what was entered here, on its way to partners who read messages only.

A draft is made in the transaction of the entry that it tells of. It waits for a person's approval unless the
deployment lets its type go unattended, is sent at least once with the same MsgId, and is settled by the AppRec.
"""
