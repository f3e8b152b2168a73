"""What is stored of questions to advisers."""

from portal.enquiries.models.enquiries import Enquiry, Message, MessageKind, State
from portal.enquiries.models.pages import AdvicePage
from portal.enquiries.models.topics import AdviceTopic

__all__ = ["AdvicePage", "AdviceTopic", "Enquiry", "Message", "MessageKind", "State"]
