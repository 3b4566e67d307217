"""What an editorial page is made of. Pictures need an alternative text, figures and quotes their source."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock

from cms.registers.models import RegulatedList
from listings.models import Material

PROSE = ["bold", "italic", "link", "document-link", "ol", "ul", "h3"]


def list_choices() -> list[tuple[str, str]]:
    return [(each.slug, each.name) for each in RegulatedList.objects.all()]


def material_choices() -> list[tuple[str, str]]:
    return [(each.slug, each.name) for each in Material.objects.order_by("slug")]


class PictureBlock(blocks.StructBlock):
    """`ImageBlock` asks for an alternative text unless the picture is said to be decoration."""

    image = ImageBlock(label=_("picture"))
    caption = blocks.CharBlock(label=_("caption"), required=False, max_length=300)

    class Meta:
        icon = "image"
        label = _("picture")
        template = "cms/blocks/picture.html"


class NumberBlock(blocks.StructBlock):
    number = blocks.CharBlock(label=_("figure with its unit"), max_length=60)
    meaning = blocks.CharBlock(label=_("what it counts"), max_length=200)
    source = blocks.CharBlock(label=_("source"), max_length=300)
    source_url = blocks.URLBlock(label=_("address of the source"), required=False)

    class Meta:
        icon = "decimal"
        label = _("figure")
        template = "cms/blocks/number.html"


class SaidBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("words"))
    said_by = blocks.CharBlock(label=_("who said it"), max_length=160)
    source = blocks.CharBlock(label=_("source"), max_length=300)
    source_url = blocks.URLBlock(label=_("address of the source"), required=False)

    class Meta:
        icon = "openquote"
        label = _("quotation")
        template = "cms/blocks/said.html"


class SourceBlock(blocks.StructBlock):
    name = blocks.CharBlock(label=_("source"), max_length=300)
    url = blocks.URLBlock(label=_("address of the source"), required=False)

    class Meta:
        icon = "link"
        label = _("source")
        template = "cms/blocks/source.html"


class PointerBlock(blocks.StructBlock):
    """Points to a row by its slug. What was deleted since then is left out of the page."""

    model: ClassVar[type[Model]]

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        found = self.model._default_manager.filter(slug=value.get("slug")).first()
        return super().get_context(value, parent_context=parent_context) | {"found": found}


class RegisterBlock(PointerBlock):
    model = RegulatedList
    slug = blocks.ChoiceBlock(label=_("list"), choices=list_choices)

    class Meta:
        icon = "clipboard-list"
        label = _("link to a register")
        template = "cms/blocks/register.html"


class MaterialBlock(PointerBlock):
    model = Material
    slug = blocks.ChoiceBlock(label=_("material"), choices=material_choices)

    class Meta:
        icon = "tag"
        label = _("link to a material")
        template = "cms/blocks/material.html"


class BodyBlock(blocks.StreamBlock):
    heading = blocks.CharBlock(label=_("heading"), max_length=120, icon="title", template="cms/blocks/heading.html")
    text = blocks.RichTextBlock(label=_("text"), features=PROSE)
    picture = PictureBlock()
    table = TableBlock(label=_("table"), template="cms/blocks/table.html")
    number = NumberBlock()
    said = SaidBlock()
    document = DocumentChooserBlock(label=_("document"), template="cms/blocks/document.html")
    register = RegisterBlock()
    material = MaterialBlock()
    source = SourceBlock()
