"""The widget: nudge a weight, watch the cost.

nudge.py is the class, page.py and picture.py draw it, nudge.js and nudge.css bring it to life.
"""

from .nudge import Nudge, site_script, site_style

__all__ = ["Nudge", "site_script", "site_style"]
