from cadres.services.books import Book
from cadres.services.grades import correct_grade, record_appraisal, record_appraisals
from cadres.services.records import record_interruption, record_qualification
from cadres.services.schemes import copy_pay_table, copy_rulebook
from cadres.services.simulations import approve_lines, decline_lines, prepare_simulation, reopen_lines, schemes_due
from cadres.services.workers import (
    change_post,
    correct_worker,
    first_graded_on,
    hire_worker,
    leave_worker,
    rehire_worker,
)

__all__ = [
    "Book",
    "approve_lines",
    "change_post",
    "copy_pay_table",
    "copy_rulebook",
    "correct_grade",
    "correct_worker",
    "decline_lines",
    "first_graded_on",
    "hire_worker",
    "leave_worker",
    "prepare_simulation",
    "record_appraisal",
    "record_appraisals",
    "record_interruption",
    "record_qualification",
    "rehire_worker",
    "reopen_lines",
    "schemes_due",
]
