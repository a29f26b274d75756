"""What the forecast says of acts before they are done.

`meaning` turns commands into alternatives of the forecast, `weigh` compares them with doing
nothing, `plan` looks for what could be done. `foresight` is what a screen or a command line asks.
Brings numpy: import it where it is used.
"""
