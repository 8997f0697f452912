"""The connections that watch and look share: accessibility bus, X11, later portals."""
