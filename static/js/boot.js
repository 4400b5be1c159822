// Says before the first paint that scripts run, so that the page is laid out once.
document.documentElement.classList.add("js");
