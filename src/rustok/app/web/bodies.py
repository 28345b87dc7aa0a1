"""Bodies of requests: JSON, decoded at once into what the handler declares."""

from typing import Any

import msgspec
from litestar import Request

from rustok.app.web.failures import UnsupportedMediaType
from rustok.core.errors import BadRequest
from rustok.core.validation import failed


class JsonRequest(Request[Any, Any, Any]):
    """Takes no `"1"` for a number, as the framework's own conversion would."""

    async def json(self) -> Any:
        """The body as its declared type.

        Raises UnsupportedMediaType, BadRequest or ValidationFailed.
        """
        kind = self.headers.get("content-type", "application/json").partition(";")[0]
        if kind.strip().lower() not in {"application/json", "application/merge-patch+json"}:
            raise UnsupportedMediaType("The body's content type is application/json.")
        field = self.route_handler.parsed_data_field
        declared = Any if field is None else field.annotation
        try:
            return msgspec.json.decode(await self.body(), type=declared)
        except msgspec.ValidationError as error:
            raise failed(error) from error
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise BadRequest(f"The body is not valid JSON: {error}.") from error
        except RecursionError as error:
            raise BadRequest("The body is nested too deeply.") from error
