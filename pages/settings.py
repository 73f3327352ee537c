"""How does this team count?"""

from kpi_engine.views.settings import settings_view
from ui.blocks import opening
from ui.session import showing, store
from ui.settings import counting_section

view = settings_view(store().read())
opening(view.sentence)

# One section below another, each a function of ui.settings.
counting_section(view, can_edit=showing() == "own")
