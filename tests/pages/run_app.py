"""The app as a script in a folder without pages/ beside it.

Streamlit's test runner takes a folder called pages for the navigation of old before each run, and would run a page
without the router around it.
"""

from app import route

route()
