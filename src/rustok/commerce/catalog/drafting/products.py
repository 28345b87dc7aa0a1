"""The whole product as it is to become, from what creates or changes it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import UNSET

from rustok.commerce.catalog import domain
from rustok.commerce.catalog.drafting.images import images
from rustok.commerce.catalog.drafting.options import OptionList, rechosen
from rustok.commerce.catalog.drafting.scope import Scope
from rustok.commerce.catalog.drafting.texts import Owner, chosen, texts
from rustok.commerce.catalog.drafting.variants import VariantList
from rustok.commerce.catalog.problems import Problems
from rustok.commerce.catalog.product import Draft, Product
from rustok.commerce.catalog.types.inputs import ProductCreate, ProductUpdate, TranslationInput


def created(scope: Scope, given: ProductCreate, now: datetime, problems: Problems) -> Draft:
    """A new product of version 1."""
    empty = Product(
        id=scope.ids.new(),
        status=given.status,
        version=1,
        vendor="",
        product_type="",
        tags=(),
        category_id=None,
        collection_ids=(),
        metadata={},
        private_metadata={},
        options=(),
        translations=(),
        variants=(),
        images=(),
        created_at=now,
        updated_at=now,
        published_at=now if given.status == domain.ACTIVE else None,
    )
    fields = {
        name: getattr(given, name) for name in ProductUpdate.__struct_fields__ if name in _SAME
    }
    return updated(scope, empty, ProductUpdate(**fields), problems)


_SAME = frozenset(ProductCreate.__struct_fields__)


def updated(scope: Scope, product: Product, given: ProductUpdate, problems: Problems) -> Draft:
    """The product after a change, of the same version."""
    main = TranslationInput(
        locale=scope.tenant.default_locale,
        title=given.title,
        subtitle=given.subtitle,
        handle=given.handle,
        description_html=given.description_html,
        seo=given.seo,
    )
    written = texts(
        scope.tenant,
        Owner(product.id, "product"),
        product.translations,
        (main, *given.translations),
        problems,
        removed=given.remove_translations,
    )
    changed = msgspec.structs.replace(
        product,
        translations=written.translations,
        vendor=problems.text(chosen(given.vendor, product.vendor), "vendor", most=domain.MAX_WORD),
        product_type=problems.text(
            chosen(given.product_type, product.product_type), "productType", most=domain.MAX_WORD
        ),
        tags=_tags(product, given, problems),
        category_id=_category(scope, product, given, problems),
        collection_ids=_collections(scope, product, given, problems),
        metadata=_metadata(chosen(given.metadata, product.metadata), "metadata", problems),
        private_metadata=_metadata(
            chosen(given.private_metadata, product.private_metadata), "privateMetadata", problems
        ),
    )
    return Draft(_with_variants(scope, changed, given, problems), written.made, written.paths)


def _with_variants(
    scope: Scope, product: Product, given: ProductUpdate, problems: Problems
) -> Product:
    """The product with its options, images and variants, which depend on each other."""
    options, pictures = product.options, product.images
    if given.options is not UNSET:
        options = OptionList(scope.tenant, product.options, problems).build(given.options)
    if given.images is not UNSET:
        pictures = images(scope, product.images, given.images, problems)
    maker = VariantList(scope, options, pictures, problems)
    if given.variants is UNSET:
        variants = rechosen(product.variants, product.options, options, problems)
        kept = {picture.id for picture in pictures}
        variants = tuple(
            variant
            if variant.image_id is None or variant.image_id in kept
            else msgspec.structs.replace(variant, image_id=None)
            for variant in variants
        )
    else:
        known = rechosen(product.variants, product.options, options, Problems())
        variants = maker.build(given.variants, known)
    maker.check(variants, "variants")
    return msgspec.structs.replace(product, options=options, images=pictures, variants=variants)


def _tags(product: Product, given: ProductUpdate, problems: Problems) -> tuple[str, ...]:
    if given.tags is UNSET:
        return product.tags
    tags = tuple(dict.fromkeys(given.tags))
    if problems.count(len(tags), "tags", most=domain.MAX_TAGS):
        for number, tag in enumerate(tags):
            problems.text(tag, "tags", number, most=domain.MAX_TAG, required=True)
    return tags


def _category(
    scope: Scope, product: Product, given: ProductUpdate, problems: Problems
) -> UUID | None:
    if given.category is UNSET:
        return product.category_id
    return None if given.category is None else scope.category(given.category, problems, "category")


def _collections(
    scope: Scope, product: Product, given: ProductUpdate, problems: Problems
) -> tuple[UUID, ...]:
    if given.collections is UNSET:
        return product.collection_ids
    keys: Sequence[str] = given.collections
    if not problems.count(len(keys), "collections", most=domain.MAX_COLLECTIONS):
        return ()
    found = [scope.collection(key, problems, "collections", n) for n, key in enumerate(keys)]
    return tuple(sorted({collection for collection in found if collection is not None}))


def _metadata(values: Mapping[str, str], field: str, problems: Problems) -> dict[str, str]:
    if problems.count(len(values), field, most=domain.MAX_METADATA):
        for key, value in values.items():
            problems.text(key, field, key, most=domain.MAX_CODE, required=True)
            problems.text(value, field, key, most=domain.MAX_METADATA_VALUE)
    return dict(values)
