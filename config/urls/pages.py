"""The HTML pages."""
urlpatterns: list = []
