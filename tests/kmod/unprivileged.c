// SPDX-License-Identifier: Apache-2.0
/* What a process without rights can do, which should be nothing. */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "probe.h"

/* Runs another command as the user nobody. */
int unprivileged_command(int argc, char **argv)
{
	if (argc < 2)
		fail("unprivileged COMMAND…");
	if (setgid(65534) || setuid(65534))
		fail("setuid: %s", strerror(errno));
	return run_command(argc - 1, argv + 1);
}

/*
 * Joins every multicast group of generic netlink that it may join, those without a family
 * included, and prints after SIGINT how many messages other than the controller's came.
 */
int eavesdrop_command(int argc, char **argv)
{
	static uint8_t buffer[1 << 16];
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC), group, joined = 0, heard = 0, signal;
	sigset_t interrupt;
	ssize_t size;

	(void)argc;
	(void)argv;
	sigemptyset(&interrupt);
	sigaddset(&interrupt, SIGINT);
	sigprocmask(SIG_BLOCK, &interrupt, NULL);
	if (fd < 0)
		fail("netlink socket: %s", strerror(errno));
	for (group = 1; group <= 64; group++)
		joined += !setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group));
	printf("listening to %d groups\n", joined);
	fflush(stdout);
	sigwait(&interrupt, &signal);
	while ((size = recv(fd, buffer, sizeof(buffer), MSG_DONTWAIT)) > 0) {
		struct nlmsghdr *message = (void *)buffer;

		heard += message->nlmsg_type != GENL_ID_CTRL;
	}
	printf("heard %d\n", heard);
	return joined == 0;
}
