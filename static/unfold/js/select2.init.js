"use strict";
{
  const $ = django.jQuery;

  // Unfold's own file loads no catalogue; everything below this call is its text (django-unfold 0.91, MIT).
  $.fn.select2.defaults.set("language", {
    errorLoading: () => "没有取到结果，请再试一次",
    inputTooLong: (args) => `请删去 ${args.input.length - args.maximum} 个字`,
    inputTooShort: (args) => `请再输入 ${args.minimum - args.input.length} 个字`,
    loadingMore: () => "正在取更多…",
    maximumSelected: (args) => `最多选 ${args.maximum} 项`,
    noResults: () => "没有符合的",
    searching: () => "正在查找…",
    removeAllItems: () => "全部去掉",
    removeItem: () => "去掉",
    search: () => "查找",
  });

  $.fn.djangoCustomSelect2 = function () {
    $.each(this, function (i, element) {
      if (element.id.match(/__prefix__/)) {
        return;
      }

      if ($(element).hasClass("select2-hidden-accessible")) {
        return;
      }

      $(element).select2();
    });

    return this;
  };

  $.fn.djangoFilterSelect2 = function () {
    $.each(this, function (i, element) {
      $(element).select2({
        ajax: {
          data: (params) => {
            return {
              term: params.term,
              page: params.page,
              app_label: element.dataset.appLabel,
              model_name: element.dataset.modelName,
              field_name: element.dataset.fieldName,
            };
          },
        },
      });
    });
    return this;
  };

  $(function () {
    $(".unfold-admin-autocomplete").djangoCustomSelect2();

    $(".unfold-filter-autocomplete").djangoFilterSelect2();
  });
}
