#include "serialnews.h"

#include "serialatomic.h"

#define kTold (0x80000000u)

#ifdef SERIAL_CRITICAL
portMUX_TYPE gSerialMux = portMUX_INITIALIZER_UNLOCKED;
#endif

void serialNewsInit(SerialNews news, SerialTell tell, void *refcon)
{
	news->tell = tell;
	news->refcon = refcon;
	news->raised = news->wanted = news->overruns = 0;
}

void serialNewsRaise(SerialNews news, uint32_t facts)
{
	(void)serialOr(&news->raised, facts);
}

void serialNewsOverrun(SerialNews news, uint32_t count)
{
	if (!count)
		return;
	(void)serialPlus(&news->overruns, count);
	serialNewsRaise(news, kSerialOverrun);
}

/* First the wish is taken, then the ring looked at: who writes in between wishes anew, after that. */
void serialNewsRoom(SerialNews news, const SerialRingRecord *transmit)
{
	if (!serialLoad(&news->wanted) || !serialExchange(&news->wanted, 0))
		return;
	if (serialRingRoom(transmit) >= (transmit->size + 1) / 2)
		serialNewsRaise(news, kSerialWritable);
	else
		serialNewsWantRoom(news);
}

int serialNewsTell(SerialNews news)
{
	uint32_t raised = serialLoad(&news->raised);
	if (!raised || (raised & kTold))
		return 1;
	serialNewsRaise(news, kTold);
	if (news->tell(news->refcon))
		return 1;
	(void)serialAnd(&news->raised, ~kTold);
	return 0;
}

uint32_t serialNewsTake(SerialNews news)
{
	return serialExchange(&news->raised, 0) & ~kTold;
}

void serialNewsWantRoom(SerialNews news)
{
	(void)serialExchange(&news->wanted, 1);
}

uint32_t serialNewsOverruns(const SerialNewsRecord *news)
{
	return serialLoad(&news->overruns);
}
