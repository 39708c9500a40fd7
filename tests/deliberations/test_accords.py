"""An accord is in force once everybody signed what they read; until then its text may change, then nothing may."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils import timezone

from accounts.models import Notification
from deliberations.models import Accord, CaseEvent, Signature
from deliberations.services.cases import accords, signatures
from tests.deliberations.accords import (
    TODAY,
    code_of,
    drawn,
    make_accord,
    make_draft,
    make_open_case,
    mediator_of,
    name_drawn,
    parties_of,
    photo,
    sign_all,
)
from tests.factories import make_post

DAY = timedelta(days=1)


@pytest.mark.django_db
class TestDraft:
    def test_text_may_change_until_the_first_signature(self):
        case = make_open_case()
        accord = make_draft(case)
        assert make_draft(case, terms="赔 900 元") == accord
        signatures.sign(accord, party=parties_of(case)[0], image=drawn())
        assert code_of(make_draft, case, terms="赔 1 元") == "signed"
        assert Accord.objects.get().terms == "赔 900 元"

    def test_withdrawn_signatures_leave_their_reason_and_no_picture(self, django_capture_on_commit_callbacks):
        case = make_open_case()
        accord = make_draft(case)
        row = signatures.sign(accord, party=parties_of(case)[0], image=drawn())
        assert code_of(signatures.withdraw_signatures, accord, reason=" ", actor=case.clerk) == "reason"
        with django_capture_on_commit_callbacks(execute=True):
            signatures.withdraw_signatures(accord, reason="金额写错", actor=case.clerk)
        assert not Signature.objects.exists()
        assert not row.image.storage.exists(row.image.name)
        assert case.events.last().note == "撤回签字（申请人 周**）：金额写错"
        make_draft(case, terms="赔 700 元")

    def test_day_that_is_past_is_refused_beside_its_field(self):
        with pytest.raises(ValidationError) as caught:
            make_draft(make_open_case(), in_days=-1)
        assert "perform_by" in caught.value.error_dict

    @pytest.mark.parametrize("status", ["applied", "accepted", "failed", "ended", "refused", "archived"])
    def test_only_a_case_in_mediation_gets_an_accord(self, status):
        assert code_of(make_draft, make_open_case(status=status)) in {"transition", "archived"}

    def test_who_is_not_named_in_the_case_writes_nothing(self):
        case = make_open_case()
        case.clerk = make_post(role="community_staff", organization=case.community.organization)
        with pytest.raises(PermissionDenied):
            make_draft(case)


@pytest.mark.django_db
class TestForce:
    def test_last_signature_brings_it_into_force_whoever_gives_it(self):
        for last in range(3):
            case = make_open_case()
            accord = make_draft(case)
            who = [*({"party": party} for party in parties_of(case)), {"mediator": mediator_of(case)}]
            who.append(who.pop(last))
            for signer in who[:-1]:
                signatures.sign(accord, image=drawn(), **signer)
            accord.refresh_from_db()
            case.refresh_from_db()
            assert (accord.effective_at, case.status) == (None, "mediating")
            signatures.sign(accord, image=drawn(), **who[-1])
            accord.refresh_from_db()
            case.refresh_from_db()
            assert case.status == "agreed"
            assert accord.confirm_by == TODAY() + 30 * DAY
            due = list(accord.follow_ups.values_list("due_on", flat=True))
            assert due == [TODAY() + 7 * DAY, TODAY() + 21 * DAY]

    def test_readers_are_told(self):
        accord = make_accord()
        assert Notification.objects.filter(recipient=accord.case.clerk, text__contains="协议已生效").count() == 1

    def test_written_one_without_all_signatures_is_refused(self):
        case = make_open_case()
        accord = make_draft(case)
        assert code_of(accords.make_effective, accord, actor=case.clerk) == "unsigned"
        signatures.sign(accord, mediator=mediator_of(case), image=drawn())
        assert code_of(accords.make_effective, accord, actor=case.clerk) == "unsigned"

    def test_second_respondent_has_to_sign_too(self):
        case = make_open_case()
        case.parties.create(side="respondent", name="郑某")
        accord = sign_all(make_draft(case))
        assert accord.effective_at is not None  # three parties, three signatures
        assert accord.signatures.count() == 4

    def test_one_side_alone_agrees_with_nobody(self):
        case = make_open_case()
        case.parties.filter(side="respondent").delete()
        accord = sign_all(make_draft(case))
        assert accord.effective_at is None
        assert code_of(accords.make_effective, accord, actor=case.clerk) == "sides"

    def test_oral_one_is_in_force_once_made(self):
        case = make_open_case()
        accord = make_draft(case, "oral")
        assert code_of(signatures.sign, accord, party=parties_of(case)[0], image=drawn()) == "transition"
        assert accords.make_effective(accord, actor=case.clerk).effective_at
        assert code_of(make_draft, case) == "effective"

    def test_oral_one_needs_a_mediator_who_wrote_it_down(self):
        case = make_open_case()
        case.mediators.update(recused_at=timezone.now())
        assert code_of(accords.make_effective, make_draft(case, "oral"), actor=case.clerk) == "mediator"

    def test_twice_is_once(self):
        accord = make_accord()
        assert accords.make_effective(accord, actor=accord.case.clerk).effective_at == accord.effective_at
        assert CaseEvent.objects.filter(case=accord.case, to_status="agreed").count() == 1


@pytest.mark.django_db
class TestSign:
    def test_double_tap_is_one_row(self):
        case = make_open_case()
        accord = make_draft(case)
        first, second = (signatures.sign(accord, party=parties_of(case)[0], image=drawn()) for _ in "ab")
        assert first == second
        assert Signature.objects.count() == 1

    def test_whoever_read_another_text_has_not_signed(self):
        case = make_open_case()
        old = make_draft(case).digest
        accord = make_draft(case, terms="赔 8000 元")
        assert code_of(signatures.sign, accord, party=parties_of(case)[0], image=drawn(), digest=old) == "changed"

    def test_stranger_is_refused(self):
        case, other = make_open_case(), make_open_case()
        accord = make_draft(case)
        assert code_of(signatures.sign, accord, party=parties_of(other)[0], image=drawn()) == "signer"
        assert code_of(signatures.sign, accord, mediator=mediator_of(other), image=drawn()) == "signer"
        case.mediators.update(recused_at=timezone.now())
        assert code_of(signatures.sign, accord, mediator=mediator_of(case), image=drawn()) == "signer"

    def test_paper_with_several_names(self):
        case = make_open_case()
        accord = make_draft(case)
        done = signatures.sign_on_paper(
            accord, file=photo(), parties=parties_of(case), mediators=[mediator_of(case)], actor=case.clerk
        )
        assert done.effective_at
        assert all(row.is_scan for row in accord.signatures.all())

    @pytest.mark.parametrize(
        "letters",
        [
            "",
            "x",
            "data:image/png;base64,####",
            "data:image/png;base64,aGVsbG8=",
            "data:image/png;base64," + "A" * 400_001,
            name_drawn(ink=(0, 0, 0, 0)),
            name_drawn(size=(3000, 200)),
        ],
    )
    def test_what_is_no_drawn_name_is_refused_beside_it(self, letters):
        with pytest.raises(ValidationError) as caught:
            signatures.drawn(letters)
        assert "image" in caught.value.error_dict

    def test_picture_on_the_disk_is_sealed(self):
        case = make_open_case()
        row = signatures.sign(make_draft(case), party=parties_of(case)[0], image=drawn())
        with open(row.image.path, "rb") as file:
            assert b"PNG" not in file.read()
        assert row.image.open("rb").read().startswith(b"\x89PNG")


@pytest.mark.django_db
class TestCourt:
    def test_asked_in_time_and_confirmed(self):
        accord = make_accord()
        actor = accord.case.clerk
        ruling = {"confirmed_on": TODAY(), "court": "吴中区人民法院", "court_number": "民特1号", "actor": actor}
        assert code_of(accords.confirm_by_court, accord, **ruling) == "unapplied"
        accords.apply_for_confirmation(accord, applied_on=TODAY(), actor=actor)
        assert accords.confirm_by_court(accord, **ruling).confirmed_on == TODAY()
        assert accords.confirm_by_court(accord, **ruling).court_number == "民特1号"
        assert code_of(accords.confirm_by_court, accord, **{**ruling, "court_number": "别的"}) == "once"

    @pytest.mark.parametrize(("after", "code"), [(30, None), (31, "applied_on")])
    def test_thirty_days_and_not_one_more(self, after, code):
        at = timezone.now() - 40 * DAY
        accord = make_accord(at=at)
        day = timezone.localdate(at) + after * DAY
        asked = {"applied_on": day, "actor": accord.case.clerk}
        if code is None:
            assert accords.apply_for_confirmation(accord, **asked).confirm_applied_on == day
        else:
            assert code_of(accords.apply_for_confirmation, accord, **asked) == code

    def test_day_before_it_was_in_force_or_ahead_of_now_is_refused(self):
        accord = make_accord()
        for day in (TODAY() - DAY, TODAY() + DAY):
            assert (
                code_of(accords.apply_for_confirmation, accord, applied_on=day, actor=accord.case.clerk) == "applied_on"
            )


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
class TestAtOnce:
    def race(self, *acts):
        def run(act):
            try:
                return act()
            finally:
                connection.close()

        with ThreadPoolExecutor(len(acts)) as pool:
            return [each.result() for each in [pool.submit(run, act) for act in acts]]

    def test_both_parties_and_double_taps(self):
        case = make_open_case()
        accord = make_draft(case)
        first, second = parties_of(case)
        signatures.sign(accord, mediator=mediator_of(case), image=drawn())
        who = [first, second] * 4
        self.race(*(lambda party=party: signatures.sign(accord, party=party, image=drawn()) for party in who))
        accord.refresh_from_db()
        assert accord.signatures.count() == 3
        assert accord.effective_at
        assert accord.follow_ups.count() == 2
        assert CaseEvent.objects.filter(case=case, to_status="agreed").exclude(from_status="agreed").count() == 1

    def test_text_changed_while_somebody_signs(self):
        """Either the change is refused or the signature; never a signature under a text that was not read."""
        for _ in range(6):
            case = make_open_case()
            accord = make_draft(case)
            digest, party = accord.digest, parties_of(case)[0]

            def attempt(act):
                try:
                    return act()
                except ValidationError:
                    return None

            signed, changed = self.race(
                lambda: attempt(lambda: signatures.sign(accord, party=party, image=drawn(), digest=digest)),  # noqa: B023
                lambda: attempt(lambda: make_draft(case, terms="别的")),  # noqa: B023
            )
            assert (signed is None) != (changed is None)
            assert Accord.objects.get(case=case).signatures.count() == (signed is not None)
