"""Words that come back, and the line to the community's staff about them."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notification
from patrols.models import Note
from patrols.services import recurring
from patrols.tasks.channels import tell_all_recurring_words, tell_recurring_words
from patrols.words import recurring as find
from patrols.words import words_of
from tests import factories as make
from tests.checklists.residents import words_of as page_words

MONDAY = date(2026, 11, 16)
SAID = ("3号楼电梯又停了，物业没人修", "电梯坏了，老人下不了楼", "电梯异响，充电桩也坏了")


class TestFinding:
    def test_counts_texts_and_compares(self):
        (word,) = find(SAID, ["电梯坏了", "门禁坏了"], weeks_before=4, least=3)
        assert (word.text, word.count, word.before, word.is_new) == ("电梯", 3, 0.25, False)
        assert find(SAID, [], weeks_before=4, least=4) == []
        assert find([], [], weeks_before=4, least=1) == []

    def test_one_long_story_is_one(self):
        assert find(["电梯电梯电梯电梯"], [], weeks_before=1, least=2) == []

    def test_no_filler_no_names_no_figures(self):
        found = words_of("王小明说小区居民反映问题一直没有解决，楼道堆物，电话13812345678")
        assert "楼道" in found and not found & {"王小明", "小区", "居民", "反映", "问题", "解决", "13812345678"}

    def test_what_grew_most_comes_first(self):
        texts = ["停车难"] * 5 + ["噪音大"] * 4
        found = find(texts, ["停车难"] * 16, weeks_before=4, least=3)
        assert [word.text for word in found][0].startswith("噪音")


@pytest.mark.django_db
class TestWeekly:
    def say(self, community, texts, monday=MONDAY):
        start, _ = recurring.span(monday)
        for number, text in enumerate(texts):
            make.make_note(community, text=text, heard_at=start + timedelta(hours=number))

    def test_told_once_a_community_and_week(self):
        community = make.make_community()
        clerk = make.make_post(organization=community.organization)
        self.say(community, SAID)
        assert recurring.tell_recurring_words(community, MONDAY) == 1
        self.say(community, SAID)
        assert recurring.tell_recurring_words(community, MONDAY) == 0
        line = Notification.objects.get(recipient=clerk)
        assert "电梯 3 条" in line.text and "3 条民情日记" in line.text

    def test_nothing_comes_back_nothing_is_told(self):
        community = make.make_community()
        make.make_post(organization=community.organization)
        self.say(community, ["灯坏了"])
        assert recurring.tell_recurring_words(community, MONDAY) == 0 and not Notification.objects.exists()

    def test_sweep_takes_last_week_and_its_hints_may_come_twice(self):
        community = make.make_community()
        clerk = make.make_post(organization=community.organization)
        last = recurring.monday_of(timezone.localdate()) - recurring.WEEK
        self.say(community, SAID, last)
        self.say(make.make_community(), SAID, last - recurring.WEEK)
        assert list(recurring.communities_with_notes(last)) == [community]
        tell_all_recurring_words()
        for _ in range(2):
            tell_recurring_words(community.pk, last.isoformat())
        assert Notification.objects.filter(recipient=clerk).count() == 1

    def test_page_leads_to_the_notes_behind_a_count(self, client, django_assert_max_num_queries):
        community = make.make_community()
        client.force_login(make.make_post(organization=community.organization))
        self.say(community, [*SAID, "广场舞太吵"])
        self.say(make.make_community(), SAID)
        url = reverse("admin:patrols_note_words")
        with django_assert_max_num_queries(14):
            page = client.get(url, {"week": "2026-11-18"})
        ((word, address),) = page.context["words"]
        assert (word.text, word.count, page.context["note_count"]) == ("电梯", 3, 4)
        assert len(client.get(address).context["cl"].result_list) == word.count
        assert client.get(url, {"community": make.make_community().pk}).status_code == 404
        assert "没有反复提到的词" in page_words(client.get(url, {"week": "2020-01-01"}))
        assert Note.objects.count() == 7
