"""Threads that start together, each on a connection of its own."""

from threading import Barrier, Thread

from django.core.exceptions import ValidationError
from django.db import connection


def race(*calls):
    """Run the callables at once; [(what each returned, or the ValidationError it raised)] in their order.

    Any other error (a deadlock, a broken constraint) is raised here.
    """
    barrier, results = Barrier(len(calls)), [None] * len(calls)

    def run(place, call):
        try:
            connection.ensure_connection()
            barrier.wait(10)
            results[place] = call()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=each) for each in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads), "a thread never came back"
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, ValidationError):
            raise result
    return results


def won(results):
    return [result for result in results if not isinstance(result, ValidationError)]
