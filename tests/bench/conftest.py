"""What runs in an environment of its own is no part of this one."""

collect_ignore = ["peer_forecasts.py"]
