from django.contrib.auth.forms import AuthenticationForm


class SignInForm(AuthenticationForm):
    """User name and password. The same words for every failure, so that none tells who exists."""

    error_messages = {
        "invalid_login": (
            "The user name and password do not match. Check both, then try again. "
            "Passwords tell capital letters from small ones."
        ),
        "inactive": "The user name and password do not match. Check both, then try again.",
    }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["username"].label = "User name"
        self.fields["username"].error_messages["required"] = "Enter your user name"
        self.fields["username"].widget.attrs["spellcheck"] = "false"
        # Focus belongs to the error summary or the top of the page.
        self.fields["username"].widget.attrs.pop("autofocus", None)
        self.fields["password"].label = "Password"
        self.fields["password"].error_messages["required"] = "Enter your password"
