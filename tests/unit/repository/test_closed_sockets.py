import socket

import pytest
from pytest_socket import SocketBlockedError


def test_a_unit_test_reaches_no_network():
    with pytest.warns(UserWarning, match="A test tried"), pytest.raises(SocketBlockedError):
        socket.create_connection(("127.0.0.1", 9))


def test_an_event_loop_still_has_its_pair_of_sockets():
    left, right = socket.socketpair()
    with left, right:
        left.send(b"x")
        assert right.recv(1) == b"x"


def test_the_seed_is_the_same_all_test_long(seed):
    assert isinstance(seed, int)
