"""The rehearsal room: one track, its dance worked out ahead, and a transport that goes anywhere in it.

The music is heard once, the dance is danced once, both into files that grow (`growing.py`, `heard.py`, `danced.py`) in
processes of their own; playing, seeking, looping and changing the speed only read them. So the dance at any time is
the same, bit for bit, however one came there. Whatever changes the dance from some moment on (a marker, a slider, the
beat grid) is danced again from the checkpoint before it (`ahead.py`).

Conventions: *track time* is seconds of the recording, *show time* goes on steadily whatever the transport does; a
`Timeline` (`transport.py`) maps the second to the first.
"""
