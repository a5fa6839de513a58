// Small kindnesses. Every page works without them.
(function () {
  "use strict";

  function focusErrorSummary() {
    var summary = document.querySelector(".govuk-error-summary");
    if (summary) {
      summary.focus();
    }
  }

  // A link to a radio or a date part should land on the control and show its label.
  function followErrorLinks(event) {
    var link = event.target.closest(".govuk-error-summary a[href^='#']");
    if (!link) {
      return;
    }
    var control = document.getElementById(link.hash.slice(1));
    if (!control) {
      return;
    }
    event.preventDefault();
    var group = control.closest(".govuk-form-group") || control;
    group.scrollIntoView();
    control.focus({ preventScroll: true });
  }

  // A form marked data-once is sent once. Buttons stay in the tab order, so focus is not lost.
  function guardDoubleSubmit(event) {
    var form = event.target;
    if (!form.matches("form[data-once]")) {
      return;
    }
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    setSubmitsBusy(form, true);
  }

  function setSubmitsBusy(form, busy) {
    form.querySelectorAll("button[type=submit]").forEach(function (button) {
      if (busy) {
        button.setAttribute("aria-disabled", "true");
      } else {
        button.removeAttribute("aria-disabled");
      }
    });
  }

  // Coming back with the browser's Back button must find a form that can be sent again.
  function releaseForms() {
    document.querySelectorAll("form[data-once]").forEach(function (form) {
      delete form.dataset.sent;
      setSubmitsBusy(form, false);
    });
  }

  // Say a job's stage only when it changes, not at every look.
  function announceStages() {
    document.querySelectorAll("[data-job]").forEach(function (job) {
      var stage = job.querySelector("[data-job-stage]");
      var said = job.querySelector("[data-job-said]");
      if (stage && said && said.textContent !== stage.textContent) {
        said.textContent = stage.textContent;
      }
    });
  }

  document.addEventListener("click", followErrorLinks);
  document.addEventListener("submit", guardDoubleSubmit);
  window.addEventListener("pageshow", releaseForms);
  document.addEventListener("htmx:afterSettle", announceStages);
  focusErrorSummary();
})();
