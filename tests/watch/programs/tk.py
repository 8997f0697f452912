"""A Tk window: on X11, and on no accessibility bus."""

from __future__ import annotations

import tkinter

root = tkinter.Tk(className="Plain")
root.title("Plain")
tkinter.Entry(root).pack()
root.mainloop()
