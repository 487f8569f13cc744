from django.apps import AppConfig


class FacesConfig(AppConfig):
    name = "hengke.faces"
    label = "faces"

    def ready(self) -> None:
        from hengke.engines.access import grants
        from hengke.engines.access.leaks import policy
        from hengke.faces import palette  # noqa: F401  (registers the shell's commands)
        from hengke.faces.policies import POLICIES
        from hengke.faces.roles import ROLES

        grants.declare(ROLES)
        policy.declare(POLICIES)
