"""What can be bought beside places: looked at, put into the basket, and downloaded by whoever has paid."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events.actions.buying import add_product, remove_product
from events.models import Order, OrderLine, Product
from events.paying import due, paid, ways_to_pay
from events.rules.products import is_handed_over, price_for
from events.rules.tickets import price_words
from events.standing import standing_of
from events.views.frame import basket_for, basket_of, person_of, with_basket
from events.views.orders import order_of
from portal.members.actions import RefusedError


@never_cache
@require_safe
def products(request: HttpRequest) -> HttpResponse:
    """All that is to be had, with what it costs this person."""
    standing = standing_of(person_of(request), timezone.now())
    found = [
        (one, price_words(price_for(one, standing), one.vat_percent))
        for one in Product.objects.filter(is_sold=True)
    ]
    return render(request, "events/booking/products.html", {"products": found})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def product(request: HttpRequest, slug: str) -> HttpResponse:
    """One product; a POST puts it into the basket."""
    found, now = get_object_or_404(Product, slug=slug, is_sold=True), timezone.now()
    if request.method == "POST":
        try:
            with transaction.atomic():
                add_product(order=basket_for(request, now), product=found, now=now)
        except RefusedError as refused:
            messages.error(request, str(refused))
            return redirect("product", slug)
        messages.success(request, f"“{found.name}” is in your basket.")
        return redirect("basket")
    pence, basket = price_for(found, standing_of(person_of(request), now)), basket_of(request)
    context = {
        "product": found,
        "price": price_words(pence, found.vat_percent),
        "other": _other_price(found, pence),
        "is_in_basket": basket is not None and basket.lines.filter(product=found).exists(),
        "can_be_ordered": not pence or bool(ways_to_pay()),
    }
    return render(request, "events/booking/product.html", context)


def _other_price(product: Product, pence: int) -> str:
    """What it costs others than this person, if that is something else."""
    if product.member_pence is None or product.member_pence >= product.pence:
        return ""
    if pence == product.pence:
        return f"{price_words(product.member_pence, product.vat_percent)} for members"
    return f"{price_words(product.pence, product.vat_percent)} for others"


@with_basket
@require_POST
def remove(request: HttpRequest, order: Order, slug: str) -> HttpResponse:
    """Takes a product out of the basket."""
    found = get_object_or_404(Product, slug=slug)
    remove_product(order=order, product=found)
    messages.success(request, f"“{found.name}” is out of your basket.")
    return redirect("basket")


@never_cache
@require_safe
def download(request: HttpRequest, key: UUID, pk: int) -> HttpResponseBase:
    """The file of a product, for whoever has the secret key of an order that is paid for it and was not paid back."""
    order = order_of(key)
    lines = OrderLine.objects.select_related("product")
    line = get_object_or_404(lines, order=order, pk=pk, product__handover=Product.Handover.DOWNLOAD)
    if not is_handed_over(order, line, paid=paid(order), due=due(order)):
        return render(request, "events/booking/not_yet.html", {"order": order, "line": line}, status=403)
    try:
        file = line.product.file.open("rb")
    except OSError as missing:
        raise Http404("This file is missing. Write to us.") from missing
    name = line.product.file_name or line.product.file.name.rpartition("/")[2]
    headers = {"X-Robots-Tag": "noindex", "Content-Security-Policy": "sandbox"}
    return FileResponse(file, as_attachment=True, filename=name, headers=headers)
