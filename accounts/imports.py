import re

from django.core.exceptions import ValidationError

from accounts.models import PhoneValidator
from govern.imports.cells import Refusal, text


def phone(value):
    """Eleven digits of a cell, whatever stood between them."""
    digits = re.sub(r"[\s\-—()（）]", "", text(value)).removeprefix("+86")
    if "*" in digits:
        raise Refusal("手机号要填完整的 11 位，带星号的不能导入。")
    try:
        PhoneValidator()(digits)
    except ValidationError as error:
        raise Refusal(error.messages[0]) from None
    return digits
