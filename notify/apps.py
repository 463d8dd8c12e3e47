"""How it goes out."""

from django.apps import AppConfig
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _


class NotifyConfig(AppConfig):
    """Registers the app under its short label."""

    name = "notify"
    verbose_name = _("Mail and webhooks")

    def ready(self) -> None:
        """Has changes handed to mail and webhooks, and webhooks the bodies of the Tenant API, which
        stands below this app. They are named by their paths because there are no models yet when
        this file is read."""
        subscribe = import_string("outbox.domain.taking.subscribe")
        subscribe("mail", import_string("notify.domain.mail.writing.write_mails"))
        subscribe("webhooks", import_string("notify.domain.planning.plan_deliveries"))
        speak = import_string("notify.domain.telling.speak")
        speak(import_string("notify.api.bodies.bodies_of"))
