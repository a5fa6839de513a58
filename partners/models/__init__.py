from partners.models.organisation import Organisation

__all__ = ["Organisation"]
