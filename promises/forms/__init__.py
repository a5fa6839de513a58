from promises.forms.engagement import EngagementForm, WithdrawForm
from promises.forms.update import ReturnForm, UpdateForm

__all__ = ["EngagementForm", "ReturnForm", "UpdateForm", "WithdrawForm"]
