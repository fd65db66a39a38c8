"""A client's picture: sent, shown to whoever sees the client, replaced, removed, gone with the client."""

from io import BytesIO
from uuid import UUID

from office import picture, send_image
from PIL import Image

from domain.client import Client


def shown(person, client):
    return person.get(f"/api/clients/{client}/image")


def test_a_picture_is_kept_small_and_shown_and_no_cache_keeps_it(office):
    client = office.client("Ana Ruiz")
    assert shown(office.ana, client).status_code == 404
    assert send_image(office.ana, client, picture()).is_success
    answer = shown(office.emil, client)
    image = Image.open(BytesIO(answer.content))
    assert (answer.status_code, image.format, image.size) == (200, "WEBP", (256, 171))
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert office.ana.sees(f"/api/clients/{client}")["has_image"]


def test_another_takes_its_place_and_the_one_before_is_gone(office):
    client = office.client("Ana Ruiz")
    send_image(office.ana, client, picture("red"))
    first = held(office, client)
    send_image(office.ana, client, picture("blue", "PNG"))
    assert office.http.app.state.service.files.read(first) is None
    pixel = Image.open(BytesIO(shown(office.ana, client).content)).convert("RGB").getpixel((5, 5))
    assert pixel[2] > 200
    office.ana.does(f"/api/clients/{client}/image/removal")
    assert shown(office.ana, client).status_code == 404
    assert not office.ana.sees(f"/api/clients/{client}")["has_image"]


def test_sent_twice_with_one_key_it_is_one_picture(sqlite_office):
    client = sqlite_office.client("Ana Ruiz")
    name = b'Content-Disposition: form-data; name="image"; filename="foto.jpg"'
    form = b"\r\n".join((b"--edge", name, b"", picture(), b"--edge--", b""))
    headers = {
        "Authorization": f"Bearer {sqlite_office.ana.token}",
        "Content-Type": "multipart/form-data; boundary=edge",
        "Idempotency-Key": "k",
    }
    at = f"/api/clients/{client}/image"
    first, again = (sqlite_office.http.post(at, content=form, headers=headers) for _ in range(2))
    assert first.is_success
    assert first.json() == again.json()


def test_a_command_sent_again_late_leaves_the_picture_that_came_since(sqlite_office):
    client = sqlite_office.client("Ana Ruiz")
    send_image(sqlite_office.ana, client, picture("red"))
    removal = f"/api/clients/{client}/image/removal"
    assert sqlite_office.ana.post(removal, key="k").is_success
    send_image(sqlite_office.ana, client, picture("blue"))
    assert sqlite_office.ana.post(removal, key="k").is_success
    assert shown(sqlite_office.ana, client).status_code == 200


def test_what_cannot_be_a_picture_is_refused_at_its_field(sqlite_office):
    client = sqlite_office.client("Ana Ruiz")
    head = sqlite_office.store.events.head()
    for content, kind in ((b"no", "not-an-image"), (b"\0" * (10 * 2**20 + 1), "image-too-large")):
        answer = send_image(sqlite_office.ana, client, content)
        assert (answer.status_code, answer.json()["type"], answer.json()["field"]) == (
            422,
            f"/problems/{kind}",
            "image",
        )
    assert send_image(sqlite_office.ana, client, b"\0" * 12_000_000).status_code == 413
    assert sqlite_office.store.events.head() == head


def test_whoever_does_not_see_the_client_sees_no_picture(sqlite_office):
    office = sqlite_office
    client = office.client("Ana Ruiz", collector="carl")
    assert send_image(office.cora, client, picture()).status_code == 404
    assert send_image(office.carl, client, picture()).is_success
    assert shown(office.cora, client).status_code == 404
    office.ana.does(f"/api/clients/{client}/blocking", {"reason": "lo pide"})
    assert (shown(office.carl, client).status_code, shown(office.emil, client).status_code) == (403, 200)


def test_it_goes_with_an_erased_client(office):
    client = office.client("Ana Ruiz")
    send_image(office.ana, client, picture())
    file_id = held(office, client)
    office.dora.does(f"/api/clients/{client}/erasure", {"ground": "asked_for"})
    assert office.http.app.state.service.files.read(file_id) is None
    assert shown(office.ana, client).status_code == 404


def held(office, client):
    return office.store.events.load(Client(), UUID(client))[0].image
