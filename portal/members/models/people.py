"""People, and what their e-mail addresses are for."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower


class UserManager(BaseUserManager["User"]):
    """Makes people whose log-in is an e-mail address."""

    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        if not email:
            raise ValueError("A person needs an e-mail address to log in with.")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, **{**fields, "is_staff": True, "is_superuser": True})


class User(AbstractUser):
    """A person. `email` is the primary of their verified addresses; allauth's `EmailAddress` holds them all."""

    username = None
    email = models.EmailField("e-mail address", unique=True)
    first_name = models.CharField("first name", max_length=150)
    last_name = models.CharField("last name", max_length=150)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["first_name", "last_name"]

    objects = UserManager()

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_is_lower_case"),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    def clean(self) -> None:
        super().clean()
        self.email = self.email.lower()


class AddressKind(models.Model):
    """What one of a person's e-mail addresses is for. allauth keeps the address; this says which it is."""

    class Kind(models.TextChoices):
        WORK = "work", "Work"
        PRACTICE = "practice", "Practice"
        HOME = "home", "Home"

    address = models.OneToOneField("account.EmailAddress", on_delete=models.CASCADE, related_name="described")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.WORK)

    def __str__(self) -> str:
        return f"{self.address}: {self.get_kind_display()}"
