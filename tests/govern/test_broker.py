from multiprocessing import get_context
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

MESSAGES = 3000


@pytest.fixture
def channel(tmp_path):
    return open_channel(tmp_path)


def open_channel(folder):
    folders = dict.fromkeys(("data_folder_in", "data_folder_out", "control_folder"), str(folder))
    return Connection(transport="govern.broker.Transport", transport_options=folders).default_channel


def put_messages(folder):
    channel = open_channel(folder)
    for number in range(MESSAGES):
        channel._put("celery", {"body": "x" * 500, "number": number})


def test_message_is_taken_once_and_in_order(channel, tmp_path):
    for number in range(3):
        channel._put("celery", {"number": number})
    channel._put("other", {"number": 9})
    assert [channel._get("celery")["number"] for _ in range(3)] == [0, 1, 2]
    with pytest.raises(Empty):
        channel._get("celery")
    assert len(list(tmp_path.iterdir())) == 1


def test_message_torn_by_a_power_cut_is_dropped(channel, tmp_path):
    Path(tmp_path, "0_torn.celery.msg").touch()
    channel._put("celery", {"number": 1})
    with pytest.raises(Empty):
        channel._get("celery")
    assert channel._get("celery") == {"number": 1}


def test_close_reader_never_meets_half_a_message(channel, tmp_path):
    writer = get_context("spawn").Process(target=put_messages, args=(tmp_path,))
    writer.start()
    numbers = []
    while len(numbers) < MESSAGES and (writer.is_alive() or any(tmp_path.iterdir())):
        try:
            numbers.append(channel._get("celery")["number"])
        except Empty:
            continue
    writer.join()
    assert numbers == list(range(MESSAGES))
